package dev.millrace.workers.image;

import java.time.Duration;

/**
 * Lets the previews of one picture take a small share of the time that it takes: what one costs
 * must have been earned by so much more time of work.
 */
final class PreviewBudget {
    private final double share;
    private double credit;

    /**
     * @param share of the time of work
     * @param advance what may be spent before anything is earned
     */
    PreviewBudget(double share, Duration advance) {
        this.share = share;
        this.credit = advance.toNanos();
    }

    /** Work was done for so long. */
    void earn(double nanos) {
        credit += share * nanos;
    }

    /** Whether so much can be paid. */
    boolean allows(double nanos) {
        return credit >= nanos;
    }

    void spend(double nanos) {
        credit -= nanos;
    }
}
