package dev.millrace.workers.run;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One place at the model: takes one job at a time and serves it to the end.
 *
 * <p><b>Thread:</b> its own, which is also the only user of its claims. Others may call {@link
 * #handOver}.
 */
public final class Slot implements Runnable {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Claims claims;
    private final Crew crew;

    /** The job in hand. */
    private volatile @Nullable Stint stint;

    public Slot(Claims claims, Crew crew) {
        this.claims = claims;
        this.crew = crew;
    }

    @Override
    public void run() {
        try (claims) {
            while (!crew.drain().hasBegun() && !Thread.currentThread().isInterrupted()) {
                next().ifPresent(this::take);
            }
        }
    }

    /** While an engine hangs its jobs are for other workers. */
    private Optional<Claim> next() {
        if (crew.tally().stuck.get() == 0) {
            return claims.next();
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return Optional.empty();
    }

    /** A job that was acquired while the drain began is for another worker, unclaimed. */
    private void take(Claim claim) {
        if (crew.drain().hasBegun() && !claim.isLastDelivery()) {
            crew.tally().released.increment();
            claim.release();
        } else {
            serve(claim);
        }
    }

    private void serve(Claim claim) {
        var taken = new Stint(claim, crew);
        stint = taken;
        crew.tally().busy.incrementAndGet();
        try {
            taken.serve();
        } finally {
            crew.tally().busy.decrementAndGet();
            stint = null;
        }
    }

    /** Gives the job in hand to another worker, unless this is its last delivery. */
    public void handOver() {
        var taken = stint;
        if (taken != null) {
            taken.handOver();
        }
    }

    /** Whether the job in hand is buried if this slot does not end it. */
    public boolean mustFinish() {
        var taken = stint;
        return taken != null && taken.isLastDelivery();
    }
}
