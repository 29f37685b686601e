package dev.millrace.app;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Sends one token through everything: gateway, Kafka, worker, model and back. */
final class FirstToken {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private FirstToken() {}

    /**
     * Waits until this many models are served and each has said a token.
     *
     * @throws IOException if that does not happen in time, or a model fails
     */
    static void awaitFrom(URI url, int models) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var client = new GatewayClient(url)) {
            while (client.get("/v1/models").path("data").size() < models) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            models + " models should be served, but they did not register in time");
                }
                Thread.sleep(PAUSE);
            }
            for (var model : client.get("/v1/models").path("data")) {
                var request = GatewayClient.JSON.createObjectNode();
                request.put("model", model.path("id").asText())
                        .put("prompt", "Once")
                        .put("max_tokens", 1);
                client.post("/v1/completions", request);
            }
        }
    }
}
