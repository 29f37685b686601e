package dev.millrace.workers.text.kv.chunk;

/**
 * What the tokens of an answer have looked at, step by step.
 *
 * @param steps of one token each
 * @param shares the sum over the steps: positions looked at, of those there were
 * @param selections made at these steps
 */
public record Attended(long steps, double shares, long selections) {
    /** Before the first step. */
    public static final Attended NOTHING = new Attended(0, 0, 0);

    /** With a step more. */
    Attended plus(double seen, int held) {
        return new Attended(steps + 1, shares + seen / held, selections);
    }

    Attended plusSelections(long more) {
        return new Attended(steps, shares, selections + more);
    }

    /** The mean share; 1 where no step has looked at less than there was. */
    public double fraction() {
        return steps == 0 ? 1 : shares / steps;
    }
}
