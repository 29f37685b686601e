package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads JSON bodies within limits: of each, and of all that are being read. Shared by all event
 * loops.
 */
public final class Bodies {
    /** A client that is refused in the middle of its body is read on this many times the limit. */
    private static final int PATIENCE = 4;

    /** Parsing more than this holds up an event loop for too long. */
    private static final int SMALL = 64 * 1024;

    private final Vertx vertx;
    private final HttpLimits limits;
    private final AtomicLong held = new AtomicLong();

    public Bodies(Vertx vertx, HttpLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }

    /** The body as a JSON object; fails with a {@link Refusal}. */
    public Future<Fields> object(Exchange exchange) {
        return object(exchange, fields -> fields);
    }

    /**
     * What is made of the body, a JSON object; fails with a {@link Refusal}.
     *
     * @param reading may run beside the event loop
     */
    public <T> Future<T> object(Exchange exchange, Function<Fields, T> reading) {
        var type = Optional.ofNullable(exchange.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (!type.map(Bodies::isJson).orElse(true)) {
            return Future.failedFuture(
                    Refusal.invalid(
                            "",
                            "the content type must be application/json, was '"
                                    + Fields.shown(type.orElse(""))
                                    + "'"));
        }
        return new Reading(exchange).start(reading);
    }

    private static boolean isJson(String type) {
        var media = type.split(";", 2)[0].strip();
        return media.equalsIgnoreCase("application/json");
    }

    /** Whether this much more may be held; what was held is to be let go. */
    public boolean hold(int bytes) {
        if (held.addAndGet(bytes) <= limits.bodiesBytes()) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    public void letGo(int bytes) {
        held.addAndGet(-bytes);
    }

    /** Says that all that may be held is. */
    public static Refusal tooMuch() {
        return Refusal.of(Reason.UNAVAILABLE, "too many large requests are being read; try again");
    }

    /** Says what is too large, and how much would do. */
    public static Refusal tooLarge(String what, long bytes, boolean atLeast, long limit) {
        return Refusal.of(
                Reason.TOO_LARGE,
                what
                        + " must have at most "
                        + limit
                        + " bytes, had "
                        + (atLeast ? "at least " : "")
                        + bytes);
    }

    /** What is made of a JSON object, on this event loop, or beside it if that takes long. */
    public <T> Future<T> parse(byte[] bytes, Function<Fields, T> reading) {
        return read(bytes.length, () -> reading.apply(new Fields("", Json.parse(bytes))));
    }

    /** Reads so many bytes on this event loop, or beside it if that takes long. */
    <T> Future<T> read(int bytes, Supplier<T> reading) {
        return bytes <= SMALL
                ? Future.succeededFuture(reading).map(Supplier::get)
                : vertx.executeBlocking(reading::get, false);
    }

    private final class Reading {
        private final Exchange exchange;
        private final Promise<Buffer> whole = Promise.promise();
        private final Buffer bytes = Buffer.buffer();
        private long received;
        private Optional<Refusal> refusal = Optional.empty();

        Reading(Exchange exchange) {
            this.exchange = exchange;
        }

        <T> Future<T> start(Function<Fields, T> reading) {
            var request = exchange.request();
            long declared = declared();
            if (declared > (long) PATIENCE * limits.bodyBytes()
                    || (declared > limits.bodyBytes() && expectsContinue())) {
                return Future.failedFuture(
                        tooLarge("the body", declared, false, limits.bodyBytes()));
            }
            if (expectsContinue()) {
                exchange.response().writeContinue();
            }
            if (declared > limits.bodyBytes()) {
                refusal = Optional.of(tooLarge("the body", declared, false, limits.bodyBytes()));
            }
            long timer =
                    vertx.setTimer(
                            limits.bodyTime().toMillis(),
                            _ ->
                                    whole.tryFail(
                                            Refusal.invalid(
                                                    "",
                                                    "the body must arrive within "
                                                            + limits.bodyTime().toSeconds()
                                                            + " s, after which "
                                                            + received
                                                            + " bytes had")));
            request.handler(this::take)
                    .exceptionHandler(
                            _ -> whole.tryFail(Refusal.invalid("", "the body was cut off")))
                    .endHandler(_ -> end());
            return whole.future()
                    .compose(body -> parse(body.getBytes(), reading))
                    .onComplete(_ -> {
                        vertx.cancelTimer(timer);
                        letGo(bytes.length());
                    });
        }

        private long declared() {
            var length = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
            return length == null ? 0 : Long.parseLong(length);
        }

        private boolean expectsContinue() {
            return exchange.request().headers().contains(HttpHeaders.EXPECT, "100-continue", true);
        }

        private void take(Buffer chunk) {
            received += chunk.length();
            if (whole.future().isComplete()) { // and what was held was let go
                return;
            }
            if (refusal.isEmpty()) {
                refusal = whyNot(chunk);
            }
            if (refusal.isEmpty()) {
                bytes.appendBuffer(chunk);
            } else if (received > (long) PATIENCE * limits.bodyBytes()) {
                whole.tryFail(refusal.get());
            }
        }

        private Optional<Refusal> whyNot(Buffer chunk) {
            if (received > limits.bodyBytes()) {
                return Optional.of(tooLarge("the body", received, true, limits.bodyBytes()));
            }
            if (!hold(chunk.length())) {
                return Optional.of(tooMuch());
            }
            return Optional.empty();
        }

        private void end() {
            refusal.ifPresentOrElse(whole::tryFail, () -> whole.tryComplete(bytes));
        }
    }
}
