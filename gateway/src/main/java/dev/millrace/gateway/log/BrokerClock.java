package dev.millrace.gateway.log;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The broker's time, as a bound that is never ahead of it: the time stamped on the last record of
 * ours that was acknowledged, plus what has gone by here since the acknowledgement came. It lies
 * behind by as much as that acknowledgement was under way. This machine's own wall clock is never
 * asked, so it may be as wrong as it likes; before the first acknowledgement the time is unknown.
 */
public final class BrokerClock {
    private final LongSupplier nanos;
    private volatile @Nullable Reading last;

    private record Reading(Instant stamped, long atNanos) {}

    /**
     * @param nanos elapsed time from any origin, as {@link System#nanoTime}
     */
    public BrokerClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    public static BrokerClock system() {
        return new BrokerClock(System::nanoTime);
    }

    /** A record of ours that bears this time was acknowledged just now. */
    public void acknowledged(Instant stamped) {
        last = new Reading(stamped, nanos.getAsLong());
    }

    /** A time that has come at the broker; empty while nothing is known. */
    public Optional<Instant> now() {
        return Optional.ofNullable(last).map(reading -> reading.stamped().plus(since(reading)));
    }

    /** How long ago the last acknowledgement came; empty if none ever did. */
    public Optional<Duration> silence() {
        return Optional.ofNullable(last).map(this::since);
    }

    private Duration since(Reading reading) {
        return Duration.ofNanos(nanos.getAsLong() - reading.atNanos());
    }
}
