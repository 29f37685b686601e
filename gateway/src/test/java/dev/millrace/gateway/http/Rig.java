package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.registry.FakeRegistry;
import dev.millrace.gateway.stream.FakeStreams;
import dev.millrace.gateway.submit.FakeJobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The HTTP side on a free port, over a log in memory. */
final class Rig implements AutoCloseable {
    static final int BODY_LIMIT = 100_000;
    static final HttpLimits LIMITS =
            new HttpLimits(
                    BODY_LIMIT,
                    10L * BODY_LIMIT,
                    Duration.ofSeconds(30),
                    100,
                    Duration.ofSeconds(60),
                    4,
                    Duration.ofSeconds(15),
                    16 * 1024);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MeterRegistry meters = new SimpleMeterRegistry();
    final Vertx vertx = Vertx.vertx();
    final FakeStreams streams = new FakeStreams(vertx);
    final FakeJobs jobs = new FakeJobs(streams);
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final int port;

    Rig() {
        this(LIMITS);
    }

    Rig(HttpLimits limits) {
        var servers = servers(vertx, limits, streams, jobs, meters);
        port = done(servers.start("127.0.0.1", 0, 2));
    }

    static HttpServers servers(Vertx vertx, HttpLimits limits, FakeStreams streams, FakeJobs jobs) {
        return servers(vertx, limits, streams, jobs, new SimpleMeterRegistry());
    }

    private static HttpServers servers(
            Vertx vertx,
            HttpLimits limits,
            FakeStreams streams,
            FakeJobs jobs,
            MeterRegistry meters) {
        return new HttpServers(
                vertx,
                limits,
                Set.of("http://friend.example"),
                new FakeRegistry(),
                streams,
                jobs,
                InstantSource.fixed(NOW),
                new HttpMeters(meters));
    }

    /** Bytes of bodies that are being read. */
    double heldBytes() {
        return meters.get("millrace.http.body.bytes").gauge().value();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    }

    HttpResponse<String> get(String path, String... headers) {
        var request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Opens a stream of server-sent events. */
    SseClient open(String path, String... headers) {
        var request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return open(request.build());
    }

    SseClient open(HttpRequest request) {
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            return new SseClient(response);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T done(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Waits for a condition. */
    static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never: " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        done(vertx.close());
    }
}
