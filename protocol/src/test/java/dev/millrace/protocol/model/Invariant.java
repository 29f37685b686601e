package dev.millrace.protocol.model;

/** What must hold in every state. */
enum Invariant {
    /** A client told how its stream ended sees exactly that end, and nothing after it. */
    TOLD,
    /**
     * Visible tokens are numbered 1, 2, 3...: none is lost, none repeated, none follows the end.
     */
    DENSE,
    /** Every visible event was said by the owner of the last valid claim. */
    SPLICE,
    /** The queue forgets a job only once its stream has a valid terminal event. */
    ACK,
    /** A reader who resumes at any cursor sees the rest of what the others see. */
    CURSOR,
    /**
     * There is at most one terminal event, it is last, and from every state one can be reached
     * without another fault and without a cancel.
     */
    END
}
