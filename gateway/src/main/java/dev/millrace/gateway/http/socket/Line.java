package dev.millrace.gateway.http.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Problem;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Surface;
import dev.millrace.gateway.stream.Subscription;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is said to the client, no faster than it listens: while more is written than it has taken,
 * streams that go on speaking are paused, and the client's own messages are not read.
 */
final class Line {
    private final ServerWebSocket socket;
    private final HttpMeters meters;
    private final Set<Subscription> waiting = new LinkedHashSet<>();
    private boolean deaf;

    Line(ServerWebSocket socket, HttpLimits limits, HttpMeters meters) {
        this.socket = socket;
        this.meters = meters;
        socket.setWriteQueueMaxSize(limits.writeBytes()).drainHandler(_ -> drained());
    }

    /**
     * An event of a stream, which waits if the client is slow.
     *
     * @param picture said in a binary frame of its own, right after the event
     */
    void event(Buffer frame, Optional<byte[]> picture, Subscription from) {
        send(frame.toString());
        picture.filter(_ -> !socket.isClosed())
                .ifPresent(bytes -> socket.writeBinaryMessage(Buffer.buffer(bytes)));
        if (socket.writeQueueFull() && waiting.add(from)) {
            meters.paused();
            from.pause();
        }
    }

    void error(String ref, Problem problem) {
        reply(
                "error",
                ref,
                json -> {
                    json.writeObjectFieldStart("problem");
                    Problems.write(json, problem, Surface.NATIVE);
                    json.writeEndObject();
                });
    }

    /** An answer to a message of the client's. */
    void reply(String type, String ref, Json.Content content) {
        send(new String(Json.object(json -> write(json, type, ref, content)), UTF_8));
        if (socket.writeQueueFull() && !deaf) {
            deaf = true;
            socket.pause();
        }
    }

    private static void write(JsonGenerator json, String type, String ref, Json.Content content)
            throws IOException {
        json.writeStringField("type", type);
        if (!ref.isEmpty()) {
            json.writeStringField("ref", ref);
        }
        content.write(json);
    }

    private void send(String text) {
        if (!socket.isClosed()) {
            socket.writeTextMessage(text);
        }
    }

    /** A subscription that has ended waits for nothing. */
    void forget(Subscription subscription) {
        waiting.remove(subscription);
    }

    private void drained() {
        if (deaf) {
            deaf = false;
            socket.resume();
        }
        var ready = Set.copyOf(waiting);
        waiting.clear();
        ready.forEach(Subscription::resume);
    }
}
