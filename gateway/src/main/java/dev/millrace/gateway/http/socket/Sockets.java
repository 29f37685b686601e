package dev.millrace.gateway.http.socket;

import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Problem;
import dev.millrace.gateway.http.jobs.Departure;
import dev.millrace.gateway.http.jobs.JobBody;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Turns requests for a WebSocket into sockets. */
public final class Sockets {
    private final Vertx vertx;
    private final Bodies bodies;
    private final JobBody body;
    private final Jobs jobs;
    private final Streams streams;
    private final Departure departure;
    private final HttpLimits limits;
    private final HttpMeters meters;

    public Sockets(
            Vertx vertx,
            Bodies bodies,
            JobBody body,
            Jobs jobs,
            Streams streams,
            Departure departure,
            HttpLimits limits,
            HttpMeters meters) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.body = body;
        this.jobs = jobs;
        this.streams = streams;
        this.departure = departure;
        this.limits = limits;
        this.meters = meters;
    }

    public Future<?> open(Exchange exchange) {
        if (!exchange.request().canUpgradeToWebSocket()) {
            exchange.response().putHeader("Upgrade", "websocket");
            exchange.answer(
                    Problem.lasting(
                            426,
                            "upgrade_required",
                            "Upgrade required",
                            "this is a WebSocket; the request must ask for an upgrade"));
            return Future.succeededFuture();
        }
        var owner = exchange.owner();
        return exchange.request()
                .toWebSocket()
                .onSuccess(webSocket -> {
                    var line = new Line(webSocket, limits, meters);
                    var desk = new Desk(line, body, jobs, streams, departure, limits, owner);
                    new Socket(vertx, webSocket, bodies, limits, line, desk, meters).open();
                });
    }
}
