package dev.millrace.gateway.http.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.jobs.EventJson;
import dev.millrace.gateway.http.jobs.PictureJson;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscriber;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;

import io.vertx.core.buffer.Buffer;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A stream that a socket follows: its events, each a message with the client's ref. */
final class Following implements Subscriber {
    private final String ref;
    private final Line line;
    private final Consumer<String> over;
    private final byte[] refJson;
    private Optional<JobId> job = Optional.empty();
    private Optional<EventJson> json = Optional.empty();
    private Optional<Subscription> subscription = Optional.empty();
    private boolean fromTheStart;

    /**
     * @param over is told the ref when the stream has ended or cannot be read on
     */
    Following(String ref, Line line, Consumer<String> over) {
        this.ref = ref;
        this.line = line;
        this.over = over;
        this.refJson =
                ("\",\"ref\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(ref)))
                        .getBytes(UTF_8);
    }

    String ref() {
        return ref;
    }

    Optional<JobId> job() {
        return job;
    }

    /**
     * @param fromTheStart whether {@code accepted} is to be told; subscriptions begin after it
     */
    void begin(JobId of, boolean fromTheStart) {
        this.job = Optional.of(of);
        this.json = Optional.of(new EventJson(of));
        this.fromTheStart = fromTheStart;
    }

    void attach(Subscription opened) {
        subscription = Optional.of(opened);
        if (fromTheStart && job.isPresent() && json.isPresent()) {
            var frame = head(EventType.ACCEPTED, Cursor.at(job.get()));
            json.get().appendAccepted(frame);
            line.event(frame.appendString("}"), Optional.empty(), opened);
        }
    }

    @Override
    public void next(List<StreamEvent> events) {
        for (var event : events) {
            var frame = head(event.type(), event.cursor());
            json.ifPresent(words -> tell(event, words, frame));
        }
        if (events.getLast().type().isTerminal()) {
            end();
        }
    }

    private void tell(StreamEvent event, EventJson words, Buffer frame) {
        boolean isPicture = PictureJson.isPicture(event.type());
        if (isPicture) {
            words.appendWithoutPicture(event, frame);
        } else {
            words.append(event, frame);
        }
        var picture = isPicture ? Optional.of(event.data()) : Optional.<byte[]>empty();
        subscription.ifPresent(from -> line.event(frame.appendString("}"), picture, from));
    }

    private Buffer head(EventType type, Cursor cursor) {
        return Buffer.buffer()
                .appendString("{\"type\":\"" + type.word())
                .appendBytes(refJson)
                .appendString("\",\"cursor\":\"" + cursor + "\",");
    }

    @Override
    public void failed(Throwable cause) {
        end();
        line.error(ref, Problems.of(cause));
    }

    private void end() {
        subscription.ifPresent(line::forget);
        over.accept(ref);
    }

    void close() {
        subscription.ifPresent(open -> {
            line.forget(open);
            open.close();
        });
    }
}
