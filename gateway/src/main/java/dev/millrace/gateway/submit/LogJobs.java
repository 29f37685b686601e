package dev.millrace.gateway.submit;

import dev.millrace.gateway.admission.Admission;
import dev.millrace.gateway.log.AppendFailed;
import dev.millrace.gateway.log.Appender;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.stream.Lookups;
import dev.millrace.gateway.stream.Standing;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.kafka.Records;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Jobs in the log. */
public final class LogJobs implements Jobs {
    private static final Logger log = LoggerFactory.getLogger(LogJobs.class);
    private static final int MAX_UNDER_WAY = 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Offload offload;
    private final Appender appender;
    private final Admission admission;
    private final Partitions partitions;
    private final Lookups lookups;
    private final Timer submitting;
    private final String source;

    /**
     * @param submitting until both records are acknowledged
     * @param source this gateway's name in its records, as {@code /gateways/ID}
     */
    public LogJobs(
            Vertx vertx,
            Appender appender,
            Admission admission,
            Partitions partitions,
            Lookups lookups,
            Timer submitting,
            String source) {
        this.offload = new Offload(vertx, MAX_UNDER_WAY);
        this.appender = appender;
        this.admission = admission;
        this.partitions = partitions;
        this.lookups = lookups;
        this.submitting = submitting;
        this.source = source;
    }

    @Override
    public Future<JobId> submit(Submission submission) {
        return offload.run("submit", () -> submitting.record(() -> append(submission)));
    }

    private JobId append(Submission submission) {
        if (!appender.isReachable()) {
            throw Refusal.later(
                    Reason.UNAVAILABLE, RETRY_AFTER, "the log cannot be reached at the moment");
        }
        var key = JobKey.random();
        int partition = partitions.next();
        admission.admit(submission.model(), key);
        try {
            var id = accept(submission, key, partition);
            appender.append(Records.job(job(id, submission), source));
            return id;
        } catch (AppendFailed e) {
            abandon(submission, key, partition);
            throw unavailable("it is unknown whether the job reached the log", e);
        }
    }

    private JobId accept(Submission submission, JobKey key, int partition) {
        var accepted =
                new Body.Accepted(
                        submission.model(),
                        submission.task().kind(),
                        submission.owner(),
                        submission.deadline(),
                        submission.cancelOnDisconnect());
        var event = Event.accepted(key, accepted);
        var appended =
                appender.append(Records.event(partition, event, source, submission.traceparent()));
        return new JobId(partition, appended.offset(), key);
    }

    private static Job job(JobId id, Submission submission) {
        return new Job(
                id,
                submission.model(),
                submission.owner(),
                submission.deadline(),
                submission.task(),
                submission.traceparent());
    }

    /** Nobody was told the id, so nobody waits; but the job may be in its queue, or come there. */
    private void abandon(Submission submission, JobKey key, int partition) {
        admission.withdrawn(submission.model(), key);
        var failed =
                new Body.Failed(
                        ErrorCode.NOT_QUEUED, "it is unknown whether the job was queued", 0);
        appender.offer(
                Records.event(
                        partition, Event.closing(key, failed), source, submission.traceparent()));
    }

    @Override
    public Future<EventType> cancel(JobId job, String owner) {
        return offload.run("cancel", () -> close(job, owner));
    }

    private EventType close(JobId job, String owner) {
        var before = await(lookups.now(job, owner));
        return before.end().orElseGet(() -> close(before)).type();
    }

    /** What was appended is not yet what happened: the stream may have ended just before. */
    private Body.Terminal close(Standing before) {
        var job = before.job();
        var closing = Event.closing(job.key(), new Body.Cancelled());
        try {
            var appended = appender.append(Records.event(job.partition(), closing, source, ""));
            appender.offer(Records.cancel(job, source));
            return await(lookups.at(appended.offset(), before)).end().orElseThrow();
        } catch (AppendFailed e) {
            throw unavailable("it is unknown whether the job is cancelled", e);
        }
    }

    private static Refusal unavailable(String message, AppendFailed cause) {
        log.atWarn().addKeyValue("cause", cause.getMessage()).log(message);
        return Refusal.later(Reason.UNAVAILABLE, RETRY_AFTER, message);
    }

    private static <T> T await(CompletableFuture<T> read) {
        try {
            return read.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
