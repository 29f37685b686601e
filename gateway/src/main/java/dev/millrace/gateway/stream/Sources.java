package dev.millrace.gateway.stream;

import dev.millrace.protocol.Cursor;

/** Where a follower's records come from. */
interface Sources {
    /** Lets the live tail tell everything from the returned offset on. */
    long join(Follower follower, Cursor cursor);

    void leave(Follower follower);

    /** The follower was too slow for the live tail. */
    void fellBack();

    /** Runs it after a while, on the follower's context. */
    void later(Follower follower, Runnable action);

    /** Reads a portion from an offset, at most up to another; answers on the context. */
    void read(Follower follower, Cursor reader, long from, long to, Answer answer);

    /** Takes the one or the other, once. */
    interface Answer {
        void portion(Portion portion);

        void failed(Throwable cause);
    }
}
