package dev.millrace.gateway.stream;

/** One subscriber's hold on a stream. Called on the context that subscribed. */
public interface Subscription {
    /**
     * Hands over nothing more until {@link #resume}. A paused subscriber costs a small queue at
     * most: what does not fit is dropped, and read from the log again when it resumes.
     */
    void pause();

    void resume();

    /** Ends it; the subscriber is not called again. Harmless after the end. */
    void close();
}
