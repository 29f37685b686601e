package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads server-sent events byte by byte, so that it does not matter how they were cut into chunks.
 */
final class SseClient implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final InputStream in;

    record Event(String id, String event, String data) {}

    SseClient(HttpResponse<InputStream> response) {
        this.response = response;
        this.in = response.body();
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** Up to the next blank line, without it; empty at the end. */
    Optional<List<String>> block() {
        var lines = new ArrayList<String>();
        for (var line = line(); line.isPresent(); line = line()) {
            if (line.get().isEmpty()) {
                return Optional.of(lines);
            }
            lines.add(line.get());
        }
        if (!lines.isEmpty()) {
            throw new AssertionError("cut off in the middle: " + lines);
        }
        return Optional.empty();
    }

    /** The next block that holds data; empty at the end. */
    Optional<Event> next() {
        for (var block = block(); block.isPresent(); block = block()) {
            if (block.get().stream().anyMatch(line -> line.startsWith("data:"))) {
                return Optional.of(event(block.get()));
            }
        }
        return Optional.empty();
    }

    List<Event> rest() {
        var events = new ArrayList<Event>();
        for (var event = next(); event.isPresent(); event = next()) {
            events.add(event.get());
        }
        return events;
    }

    private static Event event(List<String> lines) {
        return new Event(field(lines, "id: "), field(lines, "event: "), field(lines, "data: "));
    }

    private static String field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElse("");
    }

    private Optional<String> line() {
        var bytes = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    return Optional.of(bytes.toString(UTF_8));
                }
                bytes.write(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
