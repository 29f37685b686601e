package dev.millrace.gateway.submit;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;

/** Makes jobs and cancels them. */
public interface Jobs {
    /**
     * Appends {@code accepted} and then the job; completes when both are acknowledged. Fails with a
     * {@link dev.millrace.gateway.refusal.Refusal}: TOO_MANY if the model has too many open jobs,
     * UNAVAILABLE if the log cannot be reached or the outcome is unknown (the stream is then
     * closed, as nobody was told its id).
     */
    Future<JobId> submit(Submission submission);

    /**
     * Appends the closing event {@code cancelled} and reads back up to it: completes with how the
     * stream ended, which is {@code CANCELLED} or what came before. Fails as {@code Streams.status}
     * does.
     */
    Future<EventType> cancel(JobId job, String owner);
}
