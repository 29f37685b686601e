package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

/**
 * One valid claim to a stream, from its read-back until the worker turns away from it. Belongs to
 * the slot's thread; its {@link #telling} goes to the engine.
 */
public interface Tenure extends AutoCloseable {
    /** What the stream had said before. */
    History history();

    Telling telling();

    /**
     * Appends the end, waits until it is acknowledged and reads it back.
     *
     * @return {@link Standing.Over} if the stream has ended, with this or another terminal event;
     *     {@link Standing.NotMine} if it is not known to have
     */
    Standing.Outside end(Body.Terminal last);

    /** Looks whether the stream has ended in the log as it is now. */
    Standing.Outside review();

    /** Waits until everything said is acknowledged, or has failed. */
    void flush();

    /** From here on nothing is said, whatever the engine tries. */
    @Override
    void close();
}
