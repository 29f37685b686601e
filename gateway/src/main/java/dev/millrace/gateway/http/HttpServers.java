package dev.millrace.gateway.http;

import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.Forms;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Origins;
import dev.millrace.gateway.http.jobs.Departure;
import dev.millrace.gateway.http.jobs.JobBody;
import dev.millrace.gateway.http.jobs.JobRoutes;
import dev.millrace.gateway.http.jobs.Sse;
import dev.millrace.gateway.http.openai.CompletionRoutes;
import dev.millrace.gateway.http.openai.ImageRoutes;
import dev.millrace.gateway.http.openai.ModelRoutes;
import dev.millrace.gateway.http.segment.SegmentationRoutes;
import dev.millrace.gateway.http.socket.Sockets;
import dev.millrace.gateway.registry.Registry;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The public address: one server per event loop, all on one port. */
public final class HttpServers {
    private final Vertx vertx;
    private final HttpLimits limits;
    private final Routes routes;
    private volatile Optional<String> deployment = Optional.empty();
    private final AtomicInteger connections = new AtomicInteger();

    public HttpServers(
            Vertx vertx,
            HttpLimits limits,
            Set<String> allowedOrigins,
            Registry registry,
            Streams streams,
            Jobs jobs,
            InstantSource clock,
            HttpMeters meters) {
        this.vertx = vertx;
        this.limits = limits;
        var bodies = new Bodies(vertx, limits);
        var models = new Models(registry);
        var body = new JobBody(models);
        var departure = new Departure(streams, jobs);
        var sse = new Sse(vertx, streams, departure, limits, meters);
        this.routes =
                new Routes(
                        new JobRoutes(bodies, body, jobs, streams, sse, clock),
                        new Sockets(vertx, bodies, body, jobs, streams, departure, limits, meters),
                        new CompletionRoutes(bodies, models, jobs, streams, limits, clock, meters),
                        new ImageRoutes(bodies, models, jobs, streams, limits, clock, meters),
                        new SegmentationRoutes(
                                bodies,
                                new Forms(vertx, bodies, limits),
                                models,
                                jobs,
                                streams,
                                sse,
                                departure,
                                meters),
                        new ModelRoutes(registry),
                        new Origins(allowedOrigins),
                        meters);
        meters.gauge("millrace.http.connections", "Connections that are open", connections::get);
        meters.gauge("millrace.http.body.bytes", "Bytes of bodies being read", bodies::held);
    }

    List<String> addresses() {
        return routes.addresses();
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
                .map(id -> {
                    deployment = Optional.of(id);
                    return servers.element().port();
                });
    }

    /** Closes all connections. */
    public Future<Void> stop() {
        return deployment.map(vertx::undeploy).orElseGet(Future::succeededFuture);
    }

    /**
     * Vert.x gives the servers of one deployment the same free port if it is asked for this one.
     */
    private static int shared(int port) {
        return port == 0 ? -1 : port;
    }
}
