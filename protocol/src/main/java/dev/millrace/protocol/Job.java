package dev.millrace.protocol;

import java.time.Duration;

/**
 * One request: what is asked of which model, for whom, until when, and where its stream starts.
 *
 * @param owner a digest of the API key that submitted it; empty where keys are not used
 * @param deadline from the time at which the broker appended {@code accepted}
 * @param traceparent W3C trace context of the request; empty where there is none
 */
public record Job(
        JobId id, ModelId model, String owner, Duration deadline, Task task, String traceparent) {
    public Job {
        Deadlines.check(deadline);
    }
}
