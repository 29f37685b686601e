package dev.millrace.protocol.model;

/** One thing that may happen. {@code worker} is 0 or 1. */
sealed interface Step {
    /**
     * Whether a stream may rely on it to come to its end. Nobody may be asked to cancel, and no
     * fault is owed.
     */
    default boolean isOwed() {
        return switch (this) {
            case Acquire(_), Say(_), Land(_), Notice(_), Renew(_), Accept(_) -> true;
            case Expire(), Bury(), LandBurial() -> true;
            case Fail(_), LandLate(_), Crash(_), FailOver(), Cancel(), LandCancel() -> false;
        };
    }

    /** A worker is handed the job and sends its claim. */
    record Acquire(int worker) implements Step {}

    /** A worker sends its next token, or the end after the last one. */
    record Say(int worker) implements Step {}

    /** A worker's oldest record is appended, and the worker learns where. */
    record Land(int worker) implements Step {}

    /** A worker's oldest record is given up by its producer, and the worker learns it. */
    record Fail(int worker) implements Step {}

    /** A record that its sender has given up, or has not outlived, is appended after all. */
    record LandLate(Sent sent) implements Step {}

    /** A worker that follows its stream sees that it was superseded, or that the stream ended. */
    record Notice(int worker) implements Step {}

    /** A worker asks whether it still holds the lock, and claims again or stops. */
    record Renew(int worker) implements Step {}

    /** A worker tells the queue that the job is done. */
    record Accept(int worker) implements Step {}

    /** A worker dies and starts again; what it had sent may still land. */
    record Crash(int worker) implements Step {}

    /** The lock runs out, whatever its holder believes. */
    record Expire() implements Step {}

    /** The queue's broker fails over and forgets the last delivery. */
    record FailOver() implements Step {}

    /** A client cancels: the gateway sends the closing event. */
    record Cancel() implements Step {}

    /** It is appended, and the client is told how its stream ended. */
    record LandCancel() implements Step {}

    /** The undertaker finds the dead job and sends the closing event. */
    record Bury() implements Step {}

    record LandBurial() implements Step {}
}
