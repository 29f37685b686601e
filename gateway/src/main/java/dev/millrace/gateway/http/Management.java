package dev.millrace.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.util.function.BooleanSupplier;

/**
 * What operators reach, on a port of its own: {@code /live} as long as the event loops turn, {@code
 * /ready} while requests can be served, {@code /metrics} in Prometheus' format.
 */
public final class Management {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final PrometheusMeterRegistry meters;
    private final BooleanSupplier ready;

    public Management(Vertx vertx, PrometheusMeterRegistry meters, BooleanSupplier ready) {
        this.vertx = vertx;
        this.meters = meters;
        this.ready = ready;
    }

    /**
     * Completes with the port.
     *
     * @param port 0 for any free one
     */
    public Future<Integer> start(String host, int port) {
        return vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(port, host)
                .map(HttpServer::actualPort);
    }

    private void handle(HttpServerRequest request) {
        var response = request.response();
        switch (request.path()) {
            case "/live" -> response.end("live\n");
            case "/ready" -> ready(response);
            case "/metrics" -> metrics(response);
            default -> response.setStatusCode(404).end("there are /live, /ready and /metrics\n");
        }
    }

    private void ready(HttpServerResponse response) {
        if (ready.getAsBoolean()) {
            response.end("ready\n");
        } else {
            response.setStatusCode(503).end("not ready\n");
        }
    }

    private void metrics(HttpServerResponse response) {
        vertx.executeBlocking(() -> meters.scrape(), false)
                .onSuccess(text -> response.putHeader("Content-Type", PROMETHEUS).end(text))
                .onFailure(_ -> response.setStatusCode(500).end());
    }
}
