package dev.millrace.gateway.http;

import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Forms;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.Surface;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections on one event loop; several of them share the port. */
final class Server extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** A message that is only a little too large is still read, to be answered. */
    private static final int FRAME_SLACK = 64 * 1024;

    private static final int GRACE_SECONDS = 2;

    private final Routes routes;
    private final HttpLimits limits;
    private final Connections connections;
    private final String host;
    private volatile int port;
    private Optional<HttpServer> server = Optional.empty();

    /**
     * @param port -1 for any free one, the same for all servers of one deployment
     * @param open how many connections all of them have
     */
    Server(Routes routes, HttpLimits limits, AtomicInteger open, String host, int port) {
        this.routes = routes;
        this.limits = limits;
        this.connections = new Connections(limits, open);
        this.host = host;
        this.port = port;
    }

    @Override
    public Future<HttpServer> start() {
        connections.watch(vertx);
        return vertx.createHttpServer(options())
                .connectionHandler(connections::opened)
                .requestHandler(this::handle)
                .exceptionHandler(e -> LOG.atDebug().setCause(e).log("a connection failed"))
                .listen(port, host)
                .onSuccess(listening -> {
                    server = Optional.of(listening);
                    port = listening.actualPort();
                });
    }

    /** The actual one, once started. */
    int port() {
        return port;
    }

    /** Lets answers that are about to end do so; streams are cut off, and their clients resume. */
    @Override
    public Future<?> stop() {
        return server.map(running -> running.shutdown(GRACE_SECONDS, TimeUnit.SECONDS))
                .orElseGet(Future::succeededFuture);
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                // else a connection is not seen before its first bytes, and may stay so for ever
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setSendBufferSize(limits.writeBytes())
                .setMaxFormAttributeSize(Forms.MAX_FIELD)
                .setMaxFormFields(Forms.MAX_FIELDS)
                .setMaxWebSocketFrameSize(limits.bodyBytes() + FRAME_SLACK)
                .setMaxWebSocketMessageSize(limits.bodyBytes() + FRAME_SLACK);
    }

    private void handle(HttpServerRequest request) {
        connections.asked(request);
        if (connections.hasRoom()) {
            routes.handle(request);
        } else {
            request.response().putHeader("Connection", "close");
            new Exchange(request, Surface.NATIVE, Map.of())
                    .fail(
                            Refusal.of(
                                    Reason.TOO_MANY,
                                    "at most "
                                            + limits.connections()
                                            + " connections may be open"));
        }
    }
}
