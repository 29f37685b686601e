package dev.millrace.workers.run;

import org.jspecify.annotations.Nullable;

/**
 * One place at the model: takes one job at a time and serves it to the end.
 *
 * <p><b>Thread:</b> its own, which is also the only user of its claims. Others may call {@link
 * #handOver}.
 */
public final class Slot implements Runnable {
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
                claims.next().ifPresent(this::serve);
            }
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
}
