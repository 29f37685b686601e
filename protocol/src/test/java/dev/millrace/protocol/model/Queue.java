package dev.millrace.protocol.model;

/** What the share group knows of the job. */
sealed interface Queue {
    /** It waits for a worker, and was handed out this often. */
    record Waiting(int deliveries) implements Queue {}

    /** It is locked for this life of a worker, with this delivery count. */
    record Held(int writer, int count) implements Queue {}

    /** It is done. */
    record Accepted() implements Queue {}

    /** The delivery limit is reached; it lies with the dead letters. */
    record Dead() implements Queue {}

    default boolean isHeldBy(int by) {
        return this instanceof Held(int writer, _) && writer == by;
    }

    /** The broker forgets that the job was handed out, and with it the count. */
    static Queue failedOver(Held held) {
        return new Waiting(held.count() - 1);
    }

    static Queue expired(Held held, int limit) {
        return held.count() < limit ? new Waiting(held.count()) : new Dead();
    }
}
