package dev.millrace.workers.image;

import java.time.Duration;

/**
 * Lets previews take a small share of the engine's time: what one costs must have been earned by so
 * much more time of work.
 */
final class PreviewBudget {
    private static final double SHARE = 0.04;
    private static final Duration MOST = Duration.ofMillis(4);

    private final double share;
    private final long most;
    private double credit;
    private double usual;

    PreviewBudget() {
        this(SHARE, MOST);
    }

    /**
     * @param share of the time of work
     * @param most that may be saved up; there at the start
     */
    PreviewBudget(double share, Duration most) {
        this.share = share;
        this.most = most.toNanos();
        this.credit = this.most;
    }

    /** Work was done for so long. */
    void earn(long nanos) {
        credit = Math.min(Math.max(most, usual), credit + share * nanos);
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
