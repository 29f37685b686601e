package dev.millrace.gateway.http;

import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.jobs.JobRoutes;
import dev.millrace.gateway.http.openai.CompletionRoutes;
import dev.millrace.gateway.http.openai.ModelRoutes;
import dev.millrace.gateway.registry.Registry;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The public address: one server per event loop, all on one port. */
public final class HttpServers {
    private final Vertx vertx;
    private final HttpLimits limits;
    private final Routes routes;
    private final AtomicInteger connections = new AtomicInteger();

    public HttpServers(
            Vertx vertx,
            HttpLimits limits,
            Registry registry,
            Streams streams,
            Jobs jobs,
            InstantSource clock) {
        this.vertx = vertx;
        this.limits = limits;
        var bodies = new Bodies(vertx, limits);
        var models = new Models(registry);
        this.routes =
                new Routes(
                        new JobRoutes(vertx, bodies, models, jobs, streams, limits, clock),
                        new CompletionRoutes(bodies, models, jobs, streams, limits, clock),
                        new ModelRoutes(registry));
    }

    /**
     * Completes with the port.
     *
     * @param port 0 for any free one
     */
    public Future<Integer> start(String host, int port, int loops) {
        var servers = new ConcurrentLinkedQueue<Server>();
        return vertx.deployVerticle(
                        () -> {
                            var server =
                                    new Server(routes, limits, connections, host, shared(port));
                            servers.add(server);
                            return server;
                        },
                        new DeploymentOptions().setInstances(loops))
                .map(_ -> servers.element().port());
    }

    /**
     * Vert.x gives the servers of one deployment the same free port if it is asked for this one.
     */
    private static int shared(int port) {
        return port == 0 ? -1 : port;
    }
}
