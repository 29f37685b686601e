package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.app.GatewayClient;
import dev.millrace.app.GatewayClient.SseEvent;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

/** A segmentation model served by two processes, of which one is killed. */
class SegmentationsIT {
    private static final int KILLED_AT = 3;
    private static final Map<String, String> SLOWLY = Map.of("MILLRACE_PACE", "60ms");

    @TempDir private static Path directory;
    private static Stage stage;

    @BeforeAll
    static void raise() {
        stage = new Stage(directory, TinyZip.write(directory.resolve("scenes")));
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

    /** What the model finds, and a mask for each of some points. */
    private static ObjectNode request(String format) {
        var body = GatewayClient.JSON.createObjectNode().put("model", TinyZip.ID);
        var input = body.putObject("input").put("image", TinyZip.picture());
        input.putArray("classes").add("ball").add("leaf");
        var prompts = input.putArray("prompts");
        for (int i = 0; i < 8; i++) {
            var points = prompts.addObject().putArray("points");
            points.addArray().add(6 + 11 * i).add(10 + 7 * i).add(1);
        }
        body.putObject("parameters").put("format", format);
        return body;
    }

    private static String submit(String format) {
        return stage.post("g1", request(format)).get("id").asText();
    }

    private static List<JsonNode> masks(Transcript transcript) {
        return transcript.events().stream()
                .filter(event -> event.type().equals("mask"))
                .map(SseEvent::data)
                .toList();
    }

    /** What a mask says, without where it stands in its stream. */
    private static JsonNode itself(JsonNode mask) {
        ObjectNode copy = mask.deepCopy();
        copy.remove(List.of("job", "sequence", "attempt"));
        return copy;
    }

    @Test
    void a_killed_workers_masks_are_continued_by_another_and_none_is_lost_or_repeated() {
        var undisturbed = masks(stage.follow("g1", submit("rle")).isWhole());
        assertThat(undisturbed).hasSizeGreaterThan(KILLED_AT + 2);

        var disturbed = stage.followAndKill("g1", submit("rle"), "mask", KILLED_AT).isWhole();

        assertThat(disturbed.claims()).isGreaterThan(1);
        assertThat(disturbed.last().type()).isEqualTo("completed");
        assertThat(masks(disturbed).stream().map(SegmentationsIT::itself).toList())
                .isEqualTo(undisturbed.stream().map(SegmentationsIT::itself).toList());
        assertThat(disturbed.events())
                .extracting(SseEvent::type)
                .containsOnlyOnce("progress")
                .doesNotContain("restarted");
        stage.startWorker("w2", SLOWLY);
        stage.node("w2").awaitReady();
    }

    @Test
    void masks_come_best_first_and_their_runs_are_the_pixels_of_their_pictures()
            throws IOException {
        var runs = masks(stage.follow("g1", submit("rle")).isWhole());
        var pictures = masks(stage.follow("g1", submit("png")).isWhole());

        assertThat(runs).hasSameSizeAs(pictures);
        assertThat(runs)
                .extracting(mask -> mask.path("index").asInt())
                .containsExactlyElementsOf(IntStream.range(0, runs.size()).boxed().toList());
        assertThat(runs).extracting(mask -> -mask.path("score").asDouble()).isSorted();
        for (int i = 0; i < runs.size(); i++) {
            var segmentation = runs.get(i).path("segmentation");
            int height = segmentation.path("size").get(0).asInt();
            int width = segmentation.path("size").get(1).asInt();
            var pixels = CocoRle.read(height, width, segmentation.path("counts").asText());

            assertThat(pixels).isEqualTo(white(pictures.get(i).path("png").binaryValue()));
            assertThat(pixels.cardinality()).isEqualTo(runs.get(i).path("area").asInt());
            assertThat(box(pixels, width))
                    .isEqualTo(
                            GatewayClient.JSON.convertValue(runs.get(i).path("bbox"), int[].class));
        }
    }

    private static BitSet white(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        var pixels = new BitSet();
        for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
            int colour = image.getRGB(i % image.getWidth(), i / image.getWidth());
            pixels.set(i, (colour & 0xff) > 127);
        }
        return pixels;
    }

    private static int[] box(BitSet pixels, int width) {
        if (pixels.isEmpty()) {
            return new int[4];
        }
        int left = pixels.stream().map(i -> i % width).min().orElseThrow();
        int right = pixels.stream().map(i -> i % width).max().orElseThrow();
        int top = pixels.stream().map(i -> i / width).min().orElseThrow();
        int bottom = pixels.stream().map(i -> i / width).max().orElseThrow();
        return new int[] {left, top, right - left + 1, bottom - top + 1};
    }

    @Test
    void a_job_that_is_cancelled_between_two_masks_tells_no_more() {
        var job = submit("rle");
        var seen = new AtomicInteger();
        var transcript =
                stage.follow(
                                "g1",
                                job,
                                event -> {
                                    if (event.type().equals("mask")
                                            && seen.incrementAndGet() == 2) {
                                        stage.cancel("g1", job);
                                    }
                                    return true;
                                })
                        .isWhole();

        assertThat(transcript.last().type()).isEqualTo("cancelled");
    }
}
