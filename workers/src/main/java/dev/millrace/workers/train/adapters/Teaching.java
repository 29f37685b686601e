package dev.millrace.workers.train.adapters;

/**
 * Whose attention a token's selection is to follow.
 *
 * @param ahead so many tokens after it; 0: its own (the paper's)
 * @param isResidual only what can be selected is taught, not what is seen anyway
 */
public record Teaching(int ahead, boolean isResidual) {
    /** As published: a token's own attention, whole. */
    public static final Teaching PAPER = new Teaching(0, false);

    /**
     * A selection serves the next token first, so it follows that one's attention, to what it does
     * not see anyway.
     */
    public static final Teaching NEXT = new Teaching(1, true);

    public Teaching {
        if (ahead < 0) {
            throw new IllegalArgumentException("ahead must be at least 0, was " + ahead);
        }
    }
}
