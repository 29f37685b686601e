package dev.millrace.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A gateway as the command line and the whole-system tests see it. */
public final class GatewayClient implements AutoCloseable {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final URI url;

    public GatewayClient(URI url) {
        this.url = url;
    }

    /** The gateway says that it may work a little later (503). */
    public static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    /** An event of a stream as it came over SSE. */
    public record SseEvent(String id, String type, JsonNode data) {
        public boolean isTerminal() {
            return switch (type) {
                case "completed", "failed", "cancelled", "expired" -> true;
                default -> false;
            };
        }
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return answer(
                send(
                        request(path).timeout(TIMEOUT).GET().build(),
                        HttpResponse.BodyHandlers.ofString()));
    }

    public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        var request =
                request(path)
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build();
        return answer(send(request, HttpResponse.BodyHandlers.ofString()));
    }

    /**
     * Hands a job's events over until one is terminal, the sink has had enough, or the connection
     * ends.
     *
     * @param after the cursor to go on from; empty for the beginning
     */
    public void follow(String job, String after, Predicate<SseEvent> sink)
            throws IOException, InterruptedException {
        var request =
                request("/v1/jobs/" + job + "/events").header("Accept", "text/event-stream").GET();
        if (!after.isEmpty()) {
            request.header("Last-Event-ID", after);
        }
        var response = send(request.build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException(
                        "HTTP " + response.statusCode() + ": " + String.join("\n", lines.toList()));
            }
            read(lines, sink);
        }
    }

    private static void read(Stream<String> lines, Predicate<SseEvent> sink) throws IOException {
        var id = "";
        var type = "";
        var data = new StringBuilder();
        for (var line : (Iterable<String>) lines::iterator) {
            if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                type = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(line, 5, line.length());
            } else if (line.isEmpty() && !data.isEmpty()) {
                var event = new SseEvent(id, type, JSON.readTree(data.toString()));
                data.setLength(0);
                if (!sink.test(event) || event.isTerminal()) {
                    return;
                }
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path));
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (ConnectException e) {
            throw new IOException(
                    "no gateway answers at " + url + " (start one with: millrace up)", e);
        }
    }

    private static JsonNode answer(HttpResponse<String> response) throws IOException {
        var body = response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
        if (response.statusCode() >= 400) {
            var message =
                    body.path("title").asText("HTTP " + response.statusCode())
                            + ": "
                            + body.path("detail")
                                    .asText(body.path("error").path("message").asText());
            throw response.statusCode() == 503
                    ? new Unavailable(message)
                    : new IOException(message);
        }
        return body;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
