package dev.millrace.gateway.submit;

import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.stream.FakeStreams;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queues nothing; remembers what was asked. */
public final class FakeJobs implements Jobs {
    private final FakeStreams streams;
    private final List<Submission> submissions = new ArrayList<>();
    private final List<JobId> jobs = new ArrayList<>();
    private final List<JobId> cancelled = new ArrayList<>();
    private Optional<Refusal> refusal = Optional.empty();

    public FakeJobs(FakeStreams streams) {
        this.streams = streams;
    }

    /** From now on all submissions are refused. */
    public synchronized void refuse(Refusal why) {
        refusal = Optional.of(why);
    }

    public synchronized List<Submission> submissions() {
        return List.copyOf(submissions);
    }

    /** Made through this, oldest first. */
    public synchronized List<JobId> jobs() {
        return List.copyOf(jobs);
    }

    public synchronized List<JobId> cancelled() {
        return List.copyOf(cancelled);
    }

    @Override
    public synchronized Future<JobId> submit(Submission submission) {
        submissions.add(submission);
        if (refusal.isPresent()) {
            return Future.failedFuture(refusal.get());
        }
        var job =
                streams.accept(
                        new Body.Accepted(
                                submission.model(),
                                submission.task().kind(),
                                submission.owner(),
                                submission.deadline(),
                                submission.cancelOnDisconnect()));
        jobs.add(job);
        return Future.succeededFuture(job);
    }

    @Override
    public Future<EventType> cancel(JobId job, String owner) {
        return streams.status(job, owner)
                .map(_ -> {
                    synchronized (this) {
                        cancelled.add(job);
                    }
                    return streams.close(job, new Body.Cancelled());
                });
    }
}
