package dev.millrace.gateway.stream;

/** One subscriber's hold on a stream. Called on the context that subscribed. */
public interface Subscription {
    /**
     * Hands over nothing more until {@link #resume}. A paused subscriber costs nothing: what it
     * misses is dropped here and read from the log again when it resumes.
     */
    void pause();

    void resume();

    /** Ends it; the subscriber is not called again. Harmless after the end. */
    void close();
}
