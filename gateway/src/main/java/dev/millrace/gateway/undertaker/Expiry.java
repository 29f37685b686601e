package dev.millrace.gateway.undertaker;

import dev.millrace.gateway.log.BrokerClock;
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.protocol.Body;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ends streams whose deadline has passed, whether or not a worker exists. The time is the broker's:
 * a stream's first record bears it, and the clock never runs ahead of it, so nothing ends early
 * however wrong this machine's clock is. It ends late by at most {@link #TICK} and the time that an
 * acknowledgement takes.
 */
public final class Expiry implements AutoCloseable {
    static final Duration TICK = Duration.ofMillis(250);
    private static final int MOST_AT_ONCE = 1000;

    private final OpenStreams streams;
    private final BrokerClock clock;
    private final Closer closer;
    private final LongAdder expired = new LongAdder();
    private final Thread thread = Thread.ofVirtual().name("expiry").unstarted(this::run);

    public Expiry(OpenStreams streams, BrokerClock clock, Closer closer) {
        this.streams = streams;
        this.clock = clock;
        this.closer = closer;
    }

    public void start() {
        thread.start();
    }

    /** Streams that were closed from here. */
    public long expired() {
        return expired.sum();
    }

    private void run() {
        try {
            while (true) {
                expire();
                Thread.sleep(TICK);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void expire() {
        var due = clock.now().map(now -> streams.due(now, MOST_AT_ONCE)).orElse(List.of());
        for (var stream : due) {
            if (!closer.close(stream, new Body.Expired())) {
                return; // the log is away; all of them will be named again
            }
            expired.increment();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
