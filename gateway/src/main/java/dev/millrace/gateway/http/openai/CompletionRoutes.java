package dev.millrace.gateway.http.openai;

import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Opening;
import dev.millrace.gateway.http.exchange.Pump;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;

import java.time.InstantSource;

/** Chat and text completions: submit a job and wait for its stream, in one request. */
public final class CompletionRoutes {
    static final String JOB_HEADER = "x-millrace-job";

    private final Bodies bodies;
    private final Requests requests;
    private final Jobs jobs;
    private final Streams streams;
    private final HttpLimits limits;
    private final InstantSource clock;
    private final HttpMeters meters;

    public CompletionRoutes(
            Bodies bodies,
            Models models,
            Jobs jobs,
            Streams streams,
            HttpLimits limits,
            InstantSource clock,
            HttpMeters meters) {
        this.bodies = bodies;
        this.requests = new Requests(models);
        this.jobs = jobs;
        this.streams = streams;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
    }

    public Future<?> chat(Exchange exchange) {
        return bodies.object(exchange)
                .map(body -> requests.chat(body, exchange.owner(), exchange.traceparent()))
                .compose(asked -> answer(exchange, asked, new ChatAnswer()));
    }

    public Future<?> completion(Exchange exchange) {
        return bodies.object(exchange)
                .map(body -> requests.completion(body, exchange.owner(), exchange.traceparent()))
                .compose(asked -> answer(exchange, asked, new CompletionAnswer()));
    }

    private Future<?> answer(Exchange exchange, Asked asked, Answer answer) {
        return jobs.submit(asked.submission())
                .compose(job -> {
                    exchange.response().putHeader(JOB_HEADER, job.toString());
                    return follow(exchange, asked, answer, job);
                });
    }

    private Future<?> follow(Exchange exchange, Asked asked, Answer answer, JobId job) {
        var head =
                new Head(answer.idPrefix() + job, clock.instant().getEpochSecond(), asked.model());
        Reader reader =
                asked.stream()
                        ? new Pump(
                                exchange.response(), new Words(asked, answer, head), limits, meters)
                        : new Whole(exchange, asked, answer, head);
        Runnable whenGone =
                () -> {
                    if (asked.submission().cancelOnDisconnect()) {
                        jobs.cancel(job, exchange.owner());
                    }
                };
        return Reader.follow(
                streams,
                exchange,
                job,
                Cursor.at(job),
                new Opening(exchange, reader, meters),
                whenGone);
    }
}
