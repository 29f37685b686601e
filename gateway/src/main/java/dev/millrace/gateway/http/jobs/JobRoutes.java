package dev.millrace.gateway.http.jobs;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.stream.JobStatus;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.codec.UsageCodec;

import io.vertx.core.Future;

import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Submit, look, read, cancel. */
public final class JobRoutes {
    private final Bodies bodies;
    private final JobBody body;
    private final Jobs jobs;
    private final Streams streams;
    private final Sse sse;
    private final InstantSource clock;

    public JobRoutes(
            Bodies bodies, JobBody body, Jobs jobs, Streams streams, Sse sse, InstantSource clock) {
        this.bodies = bodies;
        this.body = body;
        this.jobs = jobs;
        this.streams = streams;
        this.sse = sse;
        this.clock = clock;
    }

    public Future<?> submit(Exchange exchange) {
        var owner = exchange.owner();
        var traceparent = exchange.traceparent();
        return bodies.object(exchange, fields -> body.read(fields, owner, traceparent))
                .compose(submission ->
                        jobs.submit(submission)
                                .onSuccess(job -> accepted(exchange, job, submission)));
    }

    private void accepted(Exchange exchange, JobId job, Submission submission) {
        exchange.response().putHeader("Location", "/v1/jobs/" + job);
        exchange.json(202, Json.object(json -> write(json, job, submission)));
    }

    private void write(JsonGenerator json, JobId job, Submission submission) throws IOException {
        json.writeStringField("id", job.toString());
        json.writeStringField("model", submission.model().name());
        json.writeStringField("kind", submission.task().kind());
        json.writeStringField("state", "queued");
        json.writeStringField("created", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        json.writeNumberField("attempt", 0);
    }

    public Future<?> status(Exchange exchange) {
        return streams.status(exchange.job(), exchange.owner())
                .onSuccess(status -> exchange.json(200, Json.object(json -> write(json, status))));
    }

    private static void write(JsonGenerator json, JobStatus status) throws IOException {
        json.writeStringField("id", status.id().toString());
        json.writeStringField("model", status.accepted().model().name());
        json.writeStringField("kind", status.accepted().kind());
        json.writeStringField("state", status.state());
        json.writeStringField("created", status.created().toString());
        json.writeNumberField("attempt", status.attempt());
        if (status.last().isPresent()) {
            write(json, status.last().get());
        }
    }

    private static void write(JsonGenerator json, Body.Terminal end) throws IOException {
        switch (end) {
            case Body.Completed completed -> {
                json.writeStringField("finish_reason", completed.reason().word());
                json.writeObjectFieldStart("usage");
                UsageCodec.write(json, completed.usage());
                json.writeEndObject();
            }
            case Body.Failed failed -> {
                json.writeObjectFieldStart("error");
                json.writeStringField("code", failed.code().word());
                json.writeStringField("message", failed.message());
                json.writeNumberField("attempts", failed.attempts());
                json.writeEndObject();
            }
            case Body.Cancelled _, Body.Expired _ -> {}
        }
    }

    public Future<?> events(Exchange exchange) {
        return sse.follow(exchange);
    }

    /** Says how the stream ended, which may be otherwise than asked. */
    public Future<?> cancel(Exchange exchange) {
        var job = exchange.job();
        return jobs.cancel(job, exchange.owner())
                .onSuccess(end -> exchange.json(200, Json.object(json -> write(json, job, end))));
    }

    private static void write(JsonGenerator json, JobId job, EventType end) throws IOException {
        json.writeStringField("id", job.toString());
        json.writeStringField("state", end.word());
    }
}
