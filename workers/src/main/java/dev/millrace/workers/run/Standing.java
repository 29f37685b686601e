package dev.millrace.workers.run;

/** How a stream stands towards the worker that looks at it in the log. */
public sealed interface Standing {
    /** The worker's claim is the valid one: it alone is heard. */
    record Mine(Tenure tenure) implements Standing {}

    /** The worker is not, or no longer, the one that is heard. */
    sealed interface Outside extends Standing {}

    /** The stream has ended, or is no longer in the log: nothing is left to do. */
    record Over() implements Outside {}

    /**
     * The stream goes on, and the worker has no claim to it: a newer one is in the log, its own
     * claim or end was void, or it is unknown whether an append took place.
     *
     * @param attempt of the newest claim known
     */
    record NotMine(int attempt) implements Outside {}
}
