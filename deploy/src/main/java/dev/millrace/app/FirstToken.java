package dev.millrace.app;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Sends one token through everything: gateway, Kafka, worker, model and back. */
public final class FirstToken {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private FirstToken() {}

    /**
     * Waits until this many models are served and each has said a token.
     *
     * @throws IOException if that does not happen in time, or a model fails
     */
    public static void awaitFrom(URI url, int models) throws IOException, InterruptedException {
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
                await(client, model.path("id").asText(), deadline);
            }
        }
    }

    private static void await(GatewayClient client, String model, long deadline)
            throws IOException, InterruptedException {
        var request = GatewayClient.JSON.createObjectNode();
        request.put("model", model).put("prompt", "Once").put("max_tokens", 1);
        while (true) {
            try {
                client.post("/v1/completions", request);
                return;
            } catch (GatewayClient.Unavailable e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
