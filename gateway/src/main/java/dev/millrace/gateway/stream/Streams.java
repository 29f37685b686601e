package dev.millrace.gateway.stream;

import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;

/** Reads streams. Any gateway serves any job: the id says where to look, the owner says who may. */
public interface Streams {
    /**
     * Hands a job's events from after the cursor on to the subscriber, in log order, each once, and
     * nothing after a terminal event. {@link Cursor#at} begins after {@code accepted}. The
     * subscriber is called only after the future has completed.
     *
     * <p>Fails with a {@link dev.millrace.gateway.refusal.Refusal}: NO_SUCH_JOB if there is no such
     * job or it is another owner's, GONE if the cursor is not a place in this stream or no longer
     * in the log, TOO_MANY, UNAVAILABLE.
     *
     * @param owner the digest of the key that asks; empty where keys are not used
     */
    Future<Subscription> subscribe(JobId job, String owner, Cursor after, Subscriber subscriber);

    /** Looks a job up: reads its stream up to now. Fails as {@link #subscribe} does. */
    Future<JobStatus> status(JobId job, String owner);
}
