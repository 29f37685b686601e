package dev.millrace.workers.train;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The rates of a run, and when it ends.
 *
 * <p>Where a time is given, the number of steps is estimated anew from the speed so far each time
 * the run is looked at, until the rate begins to fall; from there on it stays, so that the run ends
 * with the rate at zero and about in time. Until then {@link LearningRate} does not depend on it.
 */
public final class Pace {
    private static final long UNKNOWN = Long.MAX_VALUE;

    /** Steps that are not counted, because a device is slow at first. */
    private static final long SLOW_STEPS = 20;

    private final LongSupplier nanos;
    private final long deadline;
    private final double peak;
    private final long warmup;
    private final double decayShare;
    private LearningRate rate;
    private long countedFrom = UNKNOWN;
    private long countedSince;

    /**
     * Time runs from here on.
     *
     * @param warmup of the rate, in steps; at most a tenth of the run if its steps are known
     * @param nanos a clock as {@link System#nanoTime}
     */
    public Pace(RunLength length, double peak, long warmup, double decayShare, LongSupplier nanos) {
        this.nanos = nanos;
        this.peak = peak;
        this.decayShare = decayShare;
        switch (length) {
            case RunLength.Steps(var count) -> {
                this.warmup = Math.min(warmup, count / 10);
                this.deadline = UNKNOWN;
                this.rate = rate(count);
            }
            case RunLength.Within(Duration time) -> {
                this.warmup = warmup;
                this.deadline = nanos.getAsLong() + time.toNanos();
                this.rate = rate(UNKNOWN);
            }
        }
    }

    private LearningRate rate(long steps) {
        return new LearningRate(peak, warmup, steps, decayShare);
    }

    /** Of the whole run, as far as is known; {@link Long#MAX_VALUE} before any estimate. */
    public long steps() {
        return rate.steps();
    }

    /** The rate of a step, counted from 0. */
    public double at(long step) {
        return rate.at(step);
    }

    /** Looks at the clock after a step that the device has finished. */
    public void passed(long step) {
        long done = step + 1;
        if (deadline == UNKNOWN || hasBegunToFall(done)) {
            return;
        }
        long now = nanos.getAsLong();
        if (countedFrom == UNKNOWN) {
            if (done >= SLOW_STEPS) {
                countedFrom = done;
                countedSince = now;
            }
        } else if (done > countedFrom) {
            double each = (double) Math.max(1, now - countedSince) / (done - countedFrom);
            rate = rate(done + (long) Math.max(0, (deadline - now) / each));
        }
    }

    private boolean hasBegunToFall(long done) {
        return steps() != UNKNOWN && done >= steps() * (1 - decayShare);
    }
}
