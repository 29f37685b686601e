package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Pump;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

import java.util.Optional;

/**
 * A job's stream as server-sent events, from anywhere in it. A client that was cut off comes back
 * with the last {@code id} it saw and misses nothing; one that saw the end is told 204, so that it
 * stops coming back.
 */
public final class Sse {
    private static final String HEARTBEAT = ":\n\n";

    private final Vertx vertx;
    private final Streams streams;
    private final Departure departure;
    private final HttpLimits limits;
    private final HttpMeters meters;

    public Sse(
            Vertx vertx,
            Streams streams,
            Departure departure,
            HttpLimits limits,
            HttpMeters meters) {
        this.vertx = vertx;
        this.streams = streams;
        this.departure = departure;
        this.limits = limits;
        this.meters = meters;
    }

    Future<?> follow(Exchange exchange) {
        var job = exchange.job();
        var after = after(exchange);
        return after.filter(cursor -> cursor.fence().hasEnded()).isPresent()
                ? nothingMore(exchange, job)
                : follow(exchange, job, after);
    }

    /** A job's stream from its beginning. */
    public Future<?> follow(Exchange exchange, JobId job) {
        return follow(exchange, job, Optional.empty());
    }

    /** The header is the browser's, which knows better than the address it started from. */
    private static Optional<Cursor> after(Exchange exchange) {
        return exchange.header("last-event-id")
                .filter(id -> !id.isEmpty())
                .or(() -> exchange.query("after"))
                .map(Cursors::read);
    }

    private Future<?> nothingMore(Exchange exchange, JobId job) {
        return streams.status(job, exchange.owner())
                .compose(status ->
                        status.last().isPresent()
                                ? exchange.response().setStatusCode(204).end()
                                : Future.failedFuture(
                                        Refusal.of(
                                                Reason.GONE,
                                                "the stream has not ended, as after" + " says")));
    }

    private Future<?> follow(Exchange exchange, JobId job, Optional<Cursor> after) {
        var pump =
                new Pump(exchange.response(), new SseWords(job, after.isEmpty()), limits, meters);
        vertx.setPeriodic(limits.heartbeat().toMillis(), timer -> beat(timer, exchange, pump));
        return Reader.follow(
                streams,
                exchange,
                job,
                after.orElseGet(() -> Cursor.at(job)),
                pump,
                () -> departure.left(job, exchange.owner()));
    }

    private void beat(long timer, Exchange exchange, Pump pump) {
        if (exchange.isOpen()) {
            pump.keepAlive(Buffer.buffer(HEARTBEAT));
        } else {
            vertx.cancelTimer(timer);
        }
    }
}
