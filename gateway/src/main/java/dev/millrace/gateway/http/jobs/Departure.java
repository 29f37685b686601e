package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.protocol.JobId;

/**
 * What becomes of a job when a client that reads its stream goes away before the end: it goes on,
 * unless it was submitted to end then.
 */
public final class Departure {
    private final Streams streams;
    private final Jobs jobs;

    public Departure(Streams streams, Jobs jobs) {
        this.streams = streams;
        this.jobs = jobs;
    }

    public void left(JobId job, String owner) {
        streams.status(job, owner)
                .onSuccess(status -> {
                    if (status.accepted().cancelOnDisconnect() && status.last().isEmpty()) {
                        jobs.cancel(job, owner);
                    }
                });
    }
}
