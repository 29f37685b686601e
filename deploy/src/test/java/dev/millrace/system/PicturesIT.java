package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;

import dev.millrace.app.GatewayClient;
import dev.millrace.app.GatewayClient.SseEvent;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

/** A picture model served by two processes, of which one is killed. */
class PicturesIT {
    private static final int KILLED_AT = 3;
    private static final Map<String, String> SLOWLY = Map.of("MILLRACE_PACE", "40ms");

    @TempDir private static Path directory;
    private static Stage stage;

    @BeforeAll
    static void raise() {
        stage = new Stage(directory, TinyFlow.write(directory.resolve("shapes")));
        stage.gateway("g1");
        stage.startWorker("w0", SLOWLY);
        stage.startWorker("w1", SLOWLY);
        stage.node("w0").awaitReady();
        stage.node("w1").awaitReady();
        stage.awaitServed("g1");
    }

    @AfterAll
    static void strike() {
        stage.close();
    }

    private static String submit(String name, int count, long seed) {
        var body = GatewayClient.JSON.createObjectNode().put("model", TinyFlow.ID);
        body.putObject("input").put("class", name);
        body.putObject("parameters").put("n", count).put("seed", seed).put("quality", "high");
        return stage.post("g1", body).get("id").asText();
    }

    @Test
    void a_killed_workers_picture_is_finished_by_another_as_if_nothing_had_happened() {
        var undisturbed = stage.follow("g1", submit("ring", 2, 7)).isWhole();
        var neighbours = new ArrayList<String>();
        neighbours.add(submit("disc", 1, 5));
        var job = submit("ring", 2, 7);
        neighbours.add(submit("cross", 2, 6));

        var disturbed = stage.followAndKill("g1", job, "preview", KILLED_AT).isWhole();

        assertThat(disturbed.claims()).isGreaterThan(1);
        assertThat(pictures(disturbed)).hasSize(2).isEqualTo(pictures(undisturbed));
        assertThat(disturbed.last().type()).isEqualTo("completed");
        assertThat(previews(disturbed)).hasSizeGreaterThan(KILLED_AT);
        assertThat(previews(disturbed))
                .extracting(preview -> preview.path("index").asInt())
                .containsExactlyElementsOf(
                        IntStream.range(0, previews(disturbed).size()).boxed().toList());
        neighbours.forEach(neighbour ->
                assertThat(stage.follow("g1", neighbour).isWhole().last().type())
                        .isEqualTo("completed"));
        stage.startWorker("w2", SLOWLY);
        stage.node("w2").awaitReady();
    }

    /** The pictures' bytes by their number. */
    private static Map<Integer, String> pictures(Transcript transcript) {
        var pictures = new TreeMap<Integer, String>();
        for (var event : transcript.events()) {
            if (event.type().equals("picture")) {
                var before =
                        pictures.put(
                                event.data().path("picture").asInt(),
                                event.data().path("image").asText());
                assertThat(before).as("a picture is told once").isNull();
            }
        }
        return pictures;
    }

    private static List<JsonNode> previews(Transcript transcript) {
        return transcript.events().stream()
                .filter(event -> event.type().equals("preview"))
                .map(SseEvent::data)
                .toList();
    }

    @Test
    void openais_client_gets_partial_images_and_the_picture() throws IOException {
        var client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(stage.url("g1") + "/v1")
                        .apiKey("none")
                        .maxRetries(0)
                        .build();
        var asked =
                ImageGenerateParams.builder()
                        .model(TinyFlow.ID)
                        .prompt("a ring, please")
                        .quality(ImageGenerateParams.Quality.HIGH)
                        .partialImages(2)
                        .build();
        List<ImageGenStreamEvent> events;
        try (var stream = client.images().generateStreaming(asked)) {
            events = stream.stream().toList();
        } finally {
            client.close();
        }

        assertThat(events).hasSize(3);
        assertThat(events.get(0).asGenerationPartialImage().partialImageIndex()).isZero();
        assertThat(events.get(1).asGenerationPartialImage().partialImageIndex()).isOne();
        for (var image :
                List.of(
                        events.get(0).asGenerationPartialImage().b64Json(),
                        events.get(2).asGenerationCompleted().b64Json())) {
            var png = new ByteArrayInputStream(Base64.getDecoder().decode(image));
            assertThat(ImageIO.read(png).getWidth()).isEqualTo(16);
        }
    }
}
