package dev.millrace.gateway.stream;

import java.util.List;

/** Is told a stream's events; called on the Vert.x context that subscribed. */
public interface Subscriber {
    /**
     * The next events, at least one. The last one may be terminal; then the subscription is over.
     */
    void next(List<StreamEvent> events);

    /**
     * The stream cannot be read on (a {@link dev.millrace.gateway.refusal.Refusal} or a failure);
     * the subscription is over.
     */
    void failed(Throwable cause);
}
