package dev.millrace.workers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The operators' port: {@code /live}, {@code /ready}, {@code /metrics}. */
final class Management implements AutoCloseable {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Management(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
    }

    static Management start(
            int port, Metrics metrics, BooleanSupplier isAlive, BooleanSupplier isReady) {
        try {
            var management = new Management(HttpServer.create(new InetSocketAddress(port), 0));
            management.claim("/live", isAlive);
            management.claim("/ready", isReady);
            management.page("/metrics", metrics::text);
            management.server.start();
            return management;
        } catch (IOException e) {
            throw new IllegalStateException(
                    WorkerConfig.MANAGEMENT_PORT + " must be a free port, was " + port, e);
        }
    }

    private void claim(String path, BooleanSupplier holds) {
        server.createContext(
                path,
                exchange -> {
                    boolean yes = holds.getAsBoolean();
                    answer(exchange, yes ? OK : UNAVAILABLE, yes ? "yes\n" : "no\n");
                });
    }

    private void page(String path, Supplier<String> text) {
        server.createContext(path, exchange -> answer(exchange, OK, text.get()));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
