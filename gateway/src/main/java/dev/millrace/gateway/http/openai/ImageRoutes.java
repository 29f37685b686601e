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

/** Image generation: submit a job and wait for its pictures, in one request. */
public final class ImageRoutes {
    private final Bodies bodies;
    private final ImageRequests requests;
    private final Jobs jobs;
    private final Streams streams;
    private final HttpLimits limits;
    private final InstantSource clock;
    private final HttpMeters meters;

    public ImageRoutes(
            Bodies bodies,
            Models models,
            Jobs jobs,
            Streams streams,
            HttpLimits limits,
            InstantSource clock,
            HttpMeters meters) {
        this.bodies = bodies;
        this.requests = new ImageRequests(models);
        this.jobs = jobs;
        this.streams = streams;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
    }

    public Future<?> generate(Exchange exchange) {
        return bodies.object(exchange)
                .map(body -> requests.read(body, exchange.owner(), exchange.traceparent()))
                .compose(asked ->
                        jobs.submit(asked.submission())
                                .compose(job -> follow(exchange, asked, job)));
    }

    private Future<?> follow(Exchange exchange, AskedImages asked, JobId job) {
        exchange.response().putHeader(CompletionRoutes.JOB_HEADER, job.toString());
        var words = new ImageJson(asked, clock.instant().getEpochSecond());
        Reader reader =
                asked.stream()
                        ? new Pump(exchange.response(), new ImageWords(words), limits, meters)
                        : new WholeImages(exchange, words);
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
