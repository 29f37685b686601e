package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

/** Says content in one job's stream, in order. */
public interface Telling {
    /**
     * Appends the next content event. Hands it to the producer and returns, unless hundreds of this
     * stream's events are not yet acknowledged: then it waits, so that a source cannot run ahead of
     * the log. Called by one thread at a time.
     */
    void say(Body.Content content);

    /**
     * False once nothing more that is said will be seen: the stream has ended, another worker has
     * taken it over, or an append has failed. The engine then stops the work within one step.
     */
    boolean isHeard();
}
