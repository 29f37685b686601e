package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.segment.Expected;
import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.TestDevice;
import dev.millrace.workers.tensor.Torch;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** SAM against the official code, in f32; tolerances are the cases' own. */
class SamGoldenTest {
    private static final String TOKENS = ".sparse";

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    static List<Path> cases() {
        return Goldens.casesWith(
                "expected.safetensors",
                "sam",
                folder -> Expected.config(folder).path("model_type").asText().equals("sam"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_tensor_of_sam_is_the_references(Path folder) {
        try (var expected = new Expected(folder, "", "manifest.json");
                var sam = Sam.open(folder, TestDevice.choice(), ElementType.F32);
                var scope = sam.scope().newSubManager()) {
            assertPrepared(expected, sam, scope);
            var cells = assertEmbedded(expected, sam, scope);
            for (var name : prompts(expected)) {
                assertDecoded(expected, sam, scope, cells, name);
            }
            SamGoldenAutomatic.assertFound(expected, sam);

            expected.assertAllCompared();
        }
    }

    private static void assertPrepared(Expected expected, Sam sam, NDManager scope) {
        var raw = expected.input(scope, "raw_image_chw_0_255").expandDims(0);
        var normalization =
                new Normalization(numbers(expected, "image_mean"), numbers(expected, "image_std"));
        var prepared = sam.prepare(scope, raw, normalization);

        assertThat(normalization).isEqualTo(Normalization.SAM);
        float[] official = expected.inputs().floats("pixel_values");
        float[] own = prepared.toFloatArray();
        assertThat(own).hasSameSizeAs(official);
        for (int i = 0; i < own.length; i++) {
            assertThat(Math.abs(own[i] - official[i])).isLessThanOrEqualTo(1e-5f);
        }
    }

    private static List<Double> numbers(Expected expected, String key) {
        return StreamSupport.stream(expected.manifest().path(key).spliterator(), false)
                .map(node -> node.asDouble())
                .toList();
    }

    private static NDArray assertEmbedded(Expected expected, Sam sam, NDManager scope) {
        var prepared = expected.input(scope, "pixel_values");
        var states = sam.embedStates(scope, prepared);
        for (int i = 0; i + 1 < states.size(); i++) {
            expected.assertClose("vision.hidden_states." + i, states.get(i));
        }
        expected.assertClose("image_embeddings", states.getLast());
        expected.assertClose("dense_pe", sam.densePositions(scope));
        var cells = sam.embed(scope, prepared);
        expected.assertClose("image_embeddings", cells);
        return cells;
    }

    private static List<String> prompts(Expected expected) {
        return expected.named("").stream()
                .filter(name -> name.endsWith(TOKENS))
                .map(name -> name.substring(0, name.length() - TOKENS.length()))
                .toList();
    }

    private static void assertDecoded(
            Expected expected, Sam sam, NDManager scope, NDArray cells, String name) {
        var frame = frame(expected, sam);
        var asked = read(expected, name, frame);
        var tensors = PromptTensors.of(scope, asked, frame, sam.config().maskSide());
        var sparse = sam.sparse(scope, tensors);
        var dense = sam.dense(scope, tensors);
        expected.assertClose(name + TOKENS, sparse);
        expected.assertClose(name + ".dense", dense);
        var answer = sam.decode(scope, cells, dense, sparse);
        expected.assertClose(name + ".low_res_logits_all4", answer.get(0));
        expected.assertClose(name + ".iou_all4", answer.get(1));
        if (expected.has(name + ".transformer_queries")) {
            assertStates(expected, name, sam.decodeStates(scope, cells, dense, sparse));
        }
        if (expected.has(name + ".postprocessed_multimask_logits")) {
            assertEnlarged(expected, sam, scope, answer.get(0), name);
        }
        assertTogetherAsAlone(sam, frame, cells, asked, answer);
    }

    private static void assertStates(Expected expected, String name, NDList states) {
        expected.assertClose(name + ".transformer_queries", states.get(0));
        expected.assertClose(name + ".transformer_keys", states.get(1));
        expected.assertClose(name + ".upscaled_embedding", states.get(2));
    }

    /** The same through the door that programs use, from the picture's pixels. */
    private static void assertTogetherAsAlone(
            Sam sam, Frame frame, NDArray cells, List<Prompt> asked, NDList answer) {
        var masks = sam.decoder(new Embedding(frame, cells)).decode(asked);
        float[] qualities = answer.get(1).toFloatArray();
        for (int i = 0; i < qualities.length; i++) {
            var place = new Masks.Place(i / masks.perPrompt(), i % masks.perPrompt());
            assertThat(masks.quality(place)).isEqualTo(qualities[i]);
        }
    }

    /** The picture as it was before it was made to fit. */
    private static Frame frame(Expected expected, Sam sam) {
        var size = expected.manifest().path("original_size");
        return sam.frame(size.path(1).asInt(), size.path(0).asInt());
    }

    /** Prompts are stored in the square's pixels; here they are in the picture's. */
    private static List<Prompt> read(Expected expected, String name, Frame frame) {
        var inputs = expected.inputs();
        var kinds = List.of(".points", ".boxes", ".masks");
        var first = kinds.stream().filter(kind -> inputs.contains(name + kind)).findFirst();
        int count = Math.toIntExact(inputs.entry(name + first.orElseThrow()).shape().getFirst());
        return IntStream.range(0, count)
                .mapToObj(i -> prompt(inputs, name, frame, count, i))
                .toList();
    }

    private static Prompt prompt(Safetensors inputs, String name, Frame frame, int count, int i) {
        var points = points(inputs, name, frame, count, i);
        var box = box(inputs, name, frame, count, i);
        if (!inputs.contains(name + ".masks")) {
            return Prompt.of(points, box);
        }
        float[] mask = part(inputs.floats(name + ".masks"), count, i);
        return points.isEmpty() && box == null
                ? Prompt.like(mask)
                : Prompt.of(points, box).refining(mask);
    }

    private static double across(Frame frame) {
        return (double) frame.width() / frame.scaledWidth();
    }

    private static double down(Frame frame) {
        return (double) frame.height() / frame.scaledHeight();
    }

    private static List<PointPrompt> points(
            Safetensors inputs, String name, Frame frame, int count, int i) {
        var points = new ArrayList<PointPrompt>();
        if (inputs.contains(name + ".points")) {
            float[] places = part(inputs.floats(name + ".points"), count, i);
            long[] labels = inputs.longs(name + ".labels");
            int each = places.length / 2;
            for (int p = 0; p < each; p++) {
                double x = places[2 * p] * across(frame);
                double y = places[2 * p + 1] * down(frame);
                points.add(new PointPrompt(x, y, label(labels[i * each + p])));
            }
        }
        return points;
    }

    private static @Nullable BoxPrompt box(
            Safetensors inputs, String name, Frame frame, int count, int i) {
        if (!inputs.contains(name + ".boxes")) {
            return null;
        }
        float[] sides = part(inputs.floats(name + ".boxes"), count, i);
        return new BoxPrompt(
                sides[0] * across(frame),
                sides[1] * down(frame),
                sides[2] * across(frame),
                sides[3] * down(frame));
    }

    private static float[] part(float[] all, int count, int i) {
        int each = all.length / count;
        return Arrays.copyOfRange(all, i * each, (i + 1) * each);
    }

    private static Label label(long number) {
        return Arrays.stream(Label.values())
                .filter(label -> label.number() == number)
                .findFirst()
                .orElseThrow();
    }

    private static void assertEnlarged(
            Expected expected, Sam sam, NDManager scope, NDArray low, String name) {
        var frame = frame(expected, sam);
        var size = expected.manifest().path("input_size");
        assertThat(new int[] {frame.scaledHeight(), frame.scaledWidth()})
                .containsExactly(size.path(0).asInt(), size.path(1).asInt());
        var large = sam.enlarge(scope, low.get(":, 1:"), frame);
        expected.assertClose(name + ".postprocessed_multimask_logits", large);
        double offset = expected.manifest().path("stability_offset_for_case_tensors").asDouble();
        int masks = sam.config().decoder().multimask();
        var stabilities = new float[masks];
        var boxes = new long[masks * 4];
        for (int i = 0; i < masks; i++) {
            var logits = large.get(0).get(i).toFloatArray();
            var mask = DrawnMask.of(frame.width(), frame.height(), logits, offset);
            stabilities[i] = mask.stability();
            SamGoldenAutomatic.put(boxes, i, mask.box());
        }
        expected.assertClose(name + ".stability_multimask", stabilities);
        expected.assertEqual(name + ".boxes_from_masks", boxes);
    }
}
