package dev.millrace.app;

import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.app.GatewayClient.SseEvent;
import dev.millrace.protocol.Task;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import javax.imageio.ImageIO;

/** Sends one token, preview or mask through everything: gateway, Kafka, worker, model and back. */
public final class FirstToken {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int SIDE = 32;

    private FirstToken() {}

    /**
     * Waits until this many models are served and each has said something.
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
                var id = model.path("id").asText();
                switch (model.path("kind").asText()) {
                    case Task.Picture.KIND -> awaitPreview(client, id, deadline);
                    case Task.Segmentation.KIND -> awaitMask(client, id, deadline);
                    default -> awaitToken(client, id, deadline);
                }
            }
        }
    }

    private static void awaitToken(GatewayClient client, String model, long deadline)
            throws IOException, InterruptedException {
        var request = GatewayClient.JSON.createObjectNode();
        request.put("model", model).put("prompt", "Once").put("max_tokens", 1);
        post(client, "/v1/completions", request, deadline);
    }

    /** Of a picture of anything, which nobody waits for any longer then. */
    private static void awaitPreview(GatewayClient client, String model, long deadline)
            throws IOException, InterruptedException {
        var request = GatewayClient.JSON.createObjectNode().put("model", model);
        var job = post(client, "/v1/jobs", request, deadline).path("id").asText();
        var last = new AtomicReference<SseEvent>();
        client.follow(
                job,
                "",
                event -> {
                    last.set(event);
                    return !event.type().equals("preview") && !event.type().equals("picture");
                });
        var event = last.get();
        if (event == null || event.type().equals("failed")) {
            throw new IOException(
                    model
                            + " should make a picture, but: "
                            + (event == null ? "nothing" : event.data().path("message").asText()));
        }
        client.post("/v1/jobs/" + job + "/cancel", GatewayClient.JSON.createObjectNode());
    }

    /** Of whatever is in the middle of a grey picture. */
    private static void awaitMask(GatewayClient client, String model, long deadline)
            throws IOException, InterruptedException {
        var grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        var png = new ByteArrayOutputStream();
        ImageIO.write(grey, "png", png);
        var request = GatewayClient.JSON.createObjectNode().put("model", model);
        request.put("image", png.toByteArray());
        var points = request.putArray("prompts").addObject().putArray("points");
        points.addArray().add(SIDE / 2).add(SIDE / 2).add(1);
        post(client, "/v1/segmentations", request, deadline);
    }

    private static JsonNode post(GatewayClient client, String path, JsonNode body, long deadline)
            throws IOException, InterruptedException {
        while (true) {
            try {
                return client.post(path, body);
            } catch (GatewayClient.Unavailable e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
