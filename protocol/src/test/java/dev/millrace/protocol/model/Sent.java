package dev.millrace.protocol.model;

import dev.millrace.protocol.Mark;

/** A record on its way to the log, and who sent it: a life of a worker, or {@link #CLOSER}. */
record Sent(Mark mark, int writer) {
    /** A gateway or an undertaker. */
    static final int CLOSER = -1;
}
