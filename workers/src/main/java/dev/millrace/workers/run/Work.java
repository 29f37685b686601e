package dev.millrace.workers.run;

import java.time.Duration;

/** One job inside an engine. Every method may be called from any thread. */
public interface Work {
    /** Waits until the work is finished, at most this long; tells whether it is. */
    boolean await(Duration atMost) throws InterruptedException;

    /**
     * How it went.
     *
     * @throws IllegalStateException if it is not finished
     */
    Outcome outcome();

    /**
     * Ends the computation within one step; the outcome is then {@link Outcome.Stopped} unless it
     * was finished before.
     */
    void stop();

    /**
     * Grows whenever the engine makes a step on this work, also while it waits its turn in a living
     * engine. A number that stands still means a hung engine, and the slot lets the job go.
     */
    long steps();
}
