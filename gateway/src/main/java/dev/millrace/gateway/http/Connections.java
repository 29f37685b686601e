package dev.millrace.gateway.http;

import dev.millrace.gateway.http.exchange.HttpLimits;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the connections of one server: their number, over all event loops, and how long one may
 * stay open without a request. One that waits for an answer is never idle. Used on one event loop,
 * but for the count.
 */
final class Connections {
    /** Connections above the limit that are told so; those beyond are closed without a word. */
    private static final int TOLD = 64;

    private final HttpLimits limits;
    private final AtomicInteger open;
    private final Map<HttpConnection, Use> uses = new HashMap<>();

    private static final class Use {
        private int exchanges;
        private long idleSince = System.nanoTime();
    }

    /**
     * @param open shared by the servers of all event loops
     */
    Connections(HttpLimits limits, AtomicInteger open) {
        this.limits = limits;
        this.open = open;
    }

    void watch(Vertx vertx) {
        vertx.setPeriodic(Math.max(1, limits.idleTime().toMillis() / 4), _ -> closeIdle());
    }

    void opened(HttpConnection connection) {
        if (open.incrementAndGet() > limits.connections() + TOLD) {
            open.decrementAndGet();
            connection.close();
            return;
        }
        uses.put(connection, new Use());
        connection.closeHandler(_ -> {
            open.decrementAndGet();
            uses.remove(connection);
        });
    }

    /** Whether there is room for what this connection asks. */
    boolean hasRoom() {
        return open.get() <= limits.connections();
    }

    void asked(HttpServerRequest request) {
        if (request.canUpgradeToWebSocket() && Routes.SOCKET.equals(request.path())) {
            uses.remove(request.connection()); // bounded by its own signs of life from now on
            return;
        }
        var use = uses.get(request.connection());
        if (use == null) {
            return;
        }
        use.exchanges++;
        request.response()
                .endHandler(_ -> {
                    use.exchanges--;
                    use.idleSince = System.nanoTime();
                });
    }

    private void closeIdle() {
        long before = System.nanoTime() - limits.idleTime().toNanos();
        uses.entrySet().stream()
                .filter(e -> e.getValue().exchanges == 0 && e.getValue().idleSince - before < 0)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(HttpConnection::close);
    }
}
