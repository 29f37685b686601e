package dev.millrace.workers.emit;

/** What is known of an append. */
public sealed interface Receipt {
    /** It is in the log, in all in-sync replicas. */
    record At(long offset) implements Receipt {}

    /** It may be in the log or not, now or later. Counts as not made. */
    record Unknown(String reason) implements Receipt {}
}
