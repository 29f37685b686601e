package dev.millrace.gateway.submit;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Task;

import java.time.Duration;

/**
 * A checked request, ready to become a job.
 *
 * @param owner the digest of the key that asks; empty where keys are not used
 * @param traceparent W3C trace context; empty where there is none
 * @param cancelOnDisconnect see {@link dev.millrace.protocol.Body.Accepted}
 */
public record Submission(
        ModelId model,
        String owner,
        Duration deadline,
        Task task,
        String traceparent,
        boolean cancelOnDisconnect) {
    public Submission(
            ModelId model, String owner, Duration deadline, Task task, String traceparent) {
        this(model, owner, deadline, task, traceparent, false);
    }
}
