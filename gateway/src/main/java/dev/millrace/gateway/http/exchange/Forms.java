package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code multipart/form-data} with one file, within the limits of all bodies. */
public final class Forms {
    /** Bytes of a field that is no file: many prompts, or many names. */
    public static final int MAX_FIELD = 128 * 1024;

    /** Of a form; they are held beside what bodies may have. */
    public static final int MAX_FIELDS = 128;

    private final Vertx vertx;
    private final Bodies bodies;
    private final HttpLimits limits;

    public Forms(Vertx vertx, Bodies bodies, HttpLimits limits) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.limits = limits;
    }

    /**
     * A form.
     *
     * @param fields but for the file
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Form(MultiMap fields, Optional<byte[]> file) {
        private int size() {
            return file.map(bytes -> bytes.length).orElse(0);
        }
    }

    /** Whether a request brings a form. */
    public static boolean isForm(Exchange exchange) {
        return exchange.header("content-type")
                .map(type -> type.strip().toLowerCase(Locale.ROOT))
                .filter(type -> type.startsWith("multipart/form-data"))
                .isPresent();
    }

    /**
     * What is made of the form; fails with a {@link Refusal}.
     *
     * @param file name of the field that holds the file
     * @param most bytes of it
     * @param reading may run beside the event loop
     */
    public <T> Future<T> read(Exchange exchange, String file, int most, Function<Form, T> reading) {
        return new Reading(exchange, file, most)
                .start()
                .compose(form -> bodies.read(form.size(), () -> reading.apply(form)));
    }

    private final class Reading {
        private final Exchange exchange;
        private final String name;
        private final int most;
        private final Promise<Form> whole = Promise.promise();
        private final Buffer bytes = Buffer.buffer();
        private boolean isThere;
        private long received;
        private Optional<Refusal> refusal = Optional.empty();

        Reading(Exchange exchange, String name, int most) {
            this.exchange = exchange;
            this.name = name;
            this.most = most;
        }

        Future<Form> start() {
            var request = exchange.request();
            long declared = declared();
            if (declared > limits.bodyBytes()) {
                return Future.failedFuture(
                        Bodies.tooLarge("the body", declared, false, limits.bodyBytes()));
            }
            try {
                request.setExpectMultipart(true);
            } catch (IllegalStateException _) {
                return Future.failedFuture(broken());
            }
            if (request.headers().contains(HttpHeaders.EXPECT, "100-continue", true)) {
                exchange.response().writeContinue();
            }
            long timer =
                    vertx.setTimer(limits.bodyTime().toMillis(), _ -> whole.tryFail(tooSlow()));
            request.uploadHandler(this::take)
                    .exceptionHandler(_ -> whole.tryFail(broken()))
                    .endHandler(_ -> end());
            return whole.future()
                    .onComplete(_ -> {
                        vertx.cancelTimer(timer);
                        bodies.letGo(bytes.length());
                    });
        }

        private long declared() {
            return exchange.header("content-length").map(Long::parseLong).orElse(0L);
        }

        private void take(HttpServerFileUpload upload) {
            boolean isWanted = upload.name().equals(name) && !isThere;
            if (!isWanted) {
                refuse(
                        Refusal.invalid(
                                "",
                                "the form must hold one file, named %s, held another one"
                                        .formatted(name)));
            }
            isThere = true;
            upload.exceptionHandler(_ -> whole.tryFail(broken())).handler(this::take);
        }

        private void take(Buffer part) {
            received += part.length();
            if (whole.future().isComplete()) { // and what was held was let go
                return;
            }
            if (received > most) {
                refuse(
                        Refusal.at(
                                name,
                                Reason.TOO_LARGE,
                                "%s must have at most %d bytes, had at least %d"
                                        .formatted(name, most, received)));
            }
            if (refusal.isEmpty() && !bodies.hold(part.length())) {
                refuse(Bodies.tooMuch());
            }
            if (refusal.isEmpty()) {
                bytes.appendBuffer(part);
            }
            if (received > limits.bodyBytes()) {
                refusal.ifPresent(whole::tryFail);
            }
        }

        private void refuse(Refusal why) {
            if (refusal.isEmpty()) {
                refusal = Optional.of(why);
            }
        }

        private void end() {
            refusal.ifPresentOrElse(
                    whole::tryFail,
                    () ->
                            whole.tryComplete(
                                    new Form(
                                            exchange.request().formAttributes(),
                                            isThere
                                                    ? Optional.of(bytes.getBytes())
                                                    : Optional.empty())));
        }

        private Refusal tooSlow() {
            return Refusal.invalid(
                    "",
                    "the form must arrive within %d s, after which %d bytes of its file had"
                            .formatted(limits.bodyTime().toSeconds(), received));
        }

        private static Refusal broken() {
            return Refusal.invalid(
                    "",
                    "the body must be a whole multipart form with fields of at most %d bytes, was"
                                    .formatted(MAX_FIELD)
                            + " broken");
        }
    }
}
