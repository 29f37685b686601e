package dev.millrace.gateway.http.segment;

import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Segmentations;
import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Forms;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Opening;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.http.jobs.Departure;
import dev.millrace.gateway.http.jobs.Sse;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.PictureFile;

import io.vertx.core.Future;

import java.util.Optional;

/** Submit a picture and wait for its masks, in one request. */
public final class SegmentationRoutes {
    private final Bodies bodies;
    private final Forms forms;
    private final SegmentationRequests requests;
    private final Jobs jobs;
    private final Streams streams;
    private final Sse sse;
    private final Departure departure;
    private final HttpMeters meters;

    public SegmentationRoutes(
            Bodies bodies,
            Forms forms,
            Models models,
            Jobs jobs,
            Streams streams,
            Sse sse,
            Departure departure,
            HttpMeters meters) {
        this.bodies = bodies;
        this.forms = forms;
        this.requests = new SegmentationRequests(models);
        this.jobs = jobs;
        this.streams = streams;
        this.sse = sse;
        this.departure = departure;
        this.meters = meters;
    }

    public Future<?> segment(Exchange exchange) {
        return read(exchange)
                .compose(asked ->
                        jobs.submit(asked.submission())
                                .compose(job -> answer(exchange, asked, job)));
    }

    private Future<SegmentationRequests.Asked> read(Exchange exchange) {
        var owner = exchange.owner();
        var traceparent = exchange.traceparent();
        return Forms.isForm(exchange)
                ? forms.read(
                        exchange,
                        Segmentations.IMAGE,
                        PictureFile.MAX_BYTES,
                        form -> requests.read(form, owner, traceparent))
                : bodies.object(
                        exchange,
                        body -> requests.read(body, Optional.empty(), owner, traceparent));
    }

    /** Events are those of the job: whoever is cut off reads on at the job's own address. */
    private Future<?> answer(Exchange exchange, SegmentationRequests.Asked asked, JobId job) {
        exchange.response().putHeader("Location", "/v1/jobs/" + job);
        if (asked.stream()) {
            return sse.follow(exchange, job);
        }
        var whole = new WholeMasks(exchange, job);
        return Reader.follow(
                streams,
                exchange,
                job,
                Cursor.at(job),
                new Opening(exchange, whole, meters),
                () -> departure.left(job, exchange.owner()));
    }
}
