package dev.millrace.gateway.http.socket;

import dev.millrace.gateway.http.exchange.Bodies;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.refusal.Refusal;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

import java.util.Optional;

/**
 * One WebSocket: puts messages together within the limit, reads one at a time, and watches for
 * signs of life.
 */
final class Socket {
    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Bodies bodies;
    private final HttpLimits limits;
    private final Line line;
    private final Desk desk;
    private final HttpMeters meters;

    private Buffer message = Buffer.buffer();
    private long received;
    private Optional<Refusal> refusal = Optional.empty();
    private boolean alive = true;

    Socket(
            Vertx vertx,
            ServerWebSocket socket,
            Bodies bodies,
            HttpLimits limits,
            Line line,
            Desk desk,
            HttpMeters meters) {
        this.vertx = vertx;
        this.socket = socket;
        this.bodies = bodies;
        this.limits = limits;
        this.line = line;
        this.desk = desk;
        this.meters = meters;
    }

    void open() {
        meters.socketOpened();
        long beat = vertx.setPeriodic(limits.heartbeat().toMillis(), _ -> beat());
        socket.frameHandler(this::take)
                .pongHandler(_ -> alive = true)
                .exceptionHandler(_ -> socket.close())
                .closeHandler(_ -> {
                    vertx.cancelTimer(beat);
                    bodies.letGo(message.length());
                    meters.socketClosed();
                    desk.close();
                });
    }

    private void beat() {
        if (!alive && !socket.writeQueueFull()) {
            socket.close();
            return;
        }
        alive = false;
        socket.writePing(Buffer.buffer());
    }

    private void take(WebSocketFrame frame) {
        if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        alive = true;
        if (frame.isBinary()) {
            refusal = Optional.of(Refusal.invalid("", "a message must be text, was binary"));
        }
        append(frame.binaryData());
        if (frame.isFinal()) {
            end();
        }
    }

    /** A message too large is read to its end, and only its length is kept, to be answered. */
    private void append(Buffer part) {
        received += part.length();
        if (refusal.isPresent() && received > limits.bodyBytes()) {
            refusal = Optional.of(tooLarge());
        }
        if (refusal.isEmpty()) {
            refusal = whyNot(part);
        }
        if (refusal.isEmpty()) {
            message.appendBuffer(part);
        }
    }

    private Optional<Refusal> whyNot(Buffer part) {
        if (received > limits.bodyBytes()) {
            return Optional.of(Bodies.tooLarge("a message", received, false, limits.bodyBytes()));
        }
        return bodies.hold(part.length()) ? Optional.empty() : Optional.of(Bodies.tooMuch());
    }

    private Refusal tooLarge() {
        return Bodies.tooLarge("a message", received, false, limits.bodyBytes());
    }

    private void end() {
        var whole = message;
        var why = refusal;
        message = Buffer.buffer();
        refusal = Optional.empty();
        received = 0;
        if (why.isPresent()) {
            bodies.letGo(whole.length());
            line.error("", Problems.of(why.get()));
            return;
        }
        socket.pause();
        bodies.parse(whole.getBytes(), desk::read)
                .onComplete(parsed -> {
                    bodies.letGo(whole.length());
                    socket.resume();
                    if (parsed.succeeded()) {
                        desk.hear(parsed.result());
                    } else {
                        line.error("", Problems.of(parsed.cause()));
                    }
                });
    }
}
