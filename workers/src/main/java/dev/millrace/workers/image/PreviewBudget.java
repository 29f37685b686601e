package dev.millrace.workers.image;

import java.time.Duration;

/**
 * Lets the previews of one picture take a small share of the time that it takes, as far as that is
 * known: of what it is expected to take, or of what it has taken, if that is more.
 */
final class PreviewBudget {
    private final double share;
    private final double advance;
    private double expected;
    private double worked;
    private double spent;

    /**
     * @param share of the time of work
     * @param advance what may always be spent, however soon a picture is done
     */
    PreviewBudget(double share, Duration advance) {
        this.share = share;
        this.advance = advance.toNanos();
    }

    /** The whole work will take about so long. */
    void expect(double nanos) {
        expected = nanos;
    }

    /** Work was done for so long. */
    void earn(double nanos) {
        worked += nanos;
    }

    /** How long work was done. */
    double worked() {
        return worked;
    }

    /** Whether so much can be paid. */
    boolean allows(double nanos) {
        double all = share * Math.max(worked, expected);
        return Math.max(advance, all) - spent >= nanos;
    }

    void spend(double nanos) {
        spent += nanos;
    }
}
