package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import java.util.List;
import java.util.Optional;

/**
 * Carries a stream into a response: one write per batch of events, and no faster than the client
 * reads. While more is written than it has taken, the subscription is paused and costs nothing.
 */
public final class Pump implements Reader {
    private static final int USUAL_EVENT_BYTES = 192;

    /** How the client is told. */
    public interface Words {
        /**
         * Appends what comes before all events; the head of the response is still to be written.
         */
        void begin(HttpServerResponse response, Buffer to);

        /** Appends what this event says to the client; may be nothing. Says what comes then. */
        Then say(StreamEvent event, Buffer to);

        /** Appends the last words of a stream that cannot be read on. */
        void breakOff(Throwable cause, Buffer to);
    }

    /** What follows an event. */
    public enum Then {
        GO_ON,
        END
    }

    private final HttpServerResponse response;
    private final Words words;
    private final HttpMeters meters;
    private Optional<Subscription> subscription = Optional.empty();
    private boolean paused;
    private boolean quiet;

    public Pump(HttpServerResponse response, Words words, HttpLimits limits, HttpMeters meters) {
        this.response = response;
        this.words = words;
        this.meters = meters;
        response.setWriteQueueMaxSize(limits.writeBytes()).drainHandler(_ -> resume());
    }

    /** Begins the answer, at once: a client that waits for a first event knows that it is heard. */
    @Override
    public void attach(Subscription opened) {
        subscription = Optional.of(opened);
        var buffer = Buffer.buffer();
        words.begin(response.setChunked(true), buffer);
        write(buffer);
    }

    @Override
    public void next(List<StreamEvent> events) {
        meters.wrote(events.size());
        var buffer = Buffer.buffer(events.size() * USUAL_EVENT_BYTES);
        for (var event : events) {
            if (words.say(event, buffer) == Then.END) {
                subscription.ifPresent(Subscription::close);
                end(buffer);
                return;
            }
        }
        if (buffer.length() > 0) {
            write(buffer);
        }
    }

    @Override
    public void failed(Throwable cause) {
        var buffer = Buffer.buffer();
        words.breakOff(cause, buffer);
        end(buffer);
    }

    private void write(Buffer buffer) {
        if (response.ended() || response.closed()) {
            return;
        }
        quiet = false;
        response.write(buffer);
        if (response.writeQueueFull() && !paused) {
            paused = true;
            meters.paused();
            subscription.ifPresent(Subscription::pause);
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            subscription.ifPresent(Subscription::resume);
        }
    }

    private void end(Buffer buffer) {
        if (!response.ended() && !response.closed()) {
            response.end(buffer);
        }
    }

    /** Says this if nothing was said since the last call, and the client takes what it is given. */
    public void keepAlive(Buffer sign) {
        if (quiet && !paused && response.headWritten()) {
            write(sign);
        }
        quiet = true;
    }
}
