package dev.millrace.workers.image;

import java.time.Duration;

/**
 * Lets previews take a small share of the engine's time: what one costs must have been earned by so
 * much more time of work.
 */
final class PreviewBudget {
    private static final double SHARE = 0.04;

    /** What may be saved up. */
    private static final Duration MOST = Duration.ofMillis(4);

    private double credit = MOST.toNanos();
    private double usual;

    /** Work was done for so long. */
    void earn(long nanos) {
        credit = Math.min(Math.max(MOST.toNanos(), usual), credit + SHARE * nanos);
    }

    /** Whether a preview as the last one was can be paid. */
    boolean allows() {
        return credit >= usual;
    }

    /** A preview took so long. */
    void spend(long nanos) {
        usual = usual == 0 ? nanos : (usual + nanos) / 2;
        credit -= nanos;
    }
}
