package dev.millrace.workers.run;

import dev.millrace.protocol.Job;

import java.util.List;

/**
 * Computes answers. Jobs enter and leave at any step; how many at a time is the number of slots,
 * what they share is the engine's affair. Never blocks its caller for the length of a computation.
 */
public interface Engine extends AutoCloseable {
    /**
     * Takes a job in. What {@code history} holds has been said already, by this or another worker:
     * the engine continues after it exactly, and says only what is new to {@code telling}.
     */
    Work start(Job job, History history, Telling telling);

    /** What operators may want to know of this kind of engine. */
    default List<Measure> measures() {
        return List.of();
    }

    /** Stops all work within one step. */
    @Override
    void close();
}
