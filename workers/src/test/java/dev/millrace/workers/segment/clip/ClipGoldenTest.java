package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.segment.Expected;
import dev.millrace.workers.segment.clip.MapPoints.Point;
import dev.millrace.workers.segment.clip.Similarity.Axis;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.TestDevice;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * CLIP, CLIP Surgery and the residual network against the official code, in f32; tolerances are the
 * cases' own. Of hidden states, whose values reach some tens, {@value #STATES} is allowed.
 */
class ClipGoldenTest {
    private static final double STATES = 1e-4;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    static List<Path> clips() {
        return Goldens.casesWith(
                "expected.safetensors",
                "clip",
                folder -> Expected.config(folder).path("model_type").asText().equals("clip"));
    }

    static List<Path> networks() {
        return Goldens.casesWith(
                "expected.safetensors",
                "clip's residual network",
                folder -> Expected.config(folder).path("layers").isArray());
    }

    @ParameterizedTest
    @MethodSource("clips")
    void every_tensor_of_clip_and_of_clip_surgery_is_the_references(Path folder) {
        try (var expected = new Expected(folder, "", "manifest.json");
                var clip = Clip.open(folder, TestDevice.choice(), ElementType.F32);
                var scope = clip.scope().newSubManager()) {
            assertImages(expected, clip, scope);
            assertTexts(expected, clip, scope);
            assertLogits(expected, clip, scope);
            var features = assertEnsembles(expected, clip, scope);
            assertSurgery(expected, clip, scope);
            assertMaps(expected, clip, scope, features, "cs", "pixel_values");
            assertMaps(expected, clip, scope, features, "cs_hires", "pixel_values_hires");
            assertPoints(expected, clip, scope, features);

            expected.assertAllCompared();
        }
    }

    private static void assertImages(Expected expected, Clip clip, NDManager scope) {
        var pixels = expected.input(scope, "pixel_values");
        var states = clip.imageStates(scope, pixels);
        int layers = clip.config().vision().tower().layers();
        for (int i = 0; i <= layers; i++) {
            var name = "vision.hidden_states." + i;
            expected.assertClose(name, states.get(i).toFloatArray(), STATES, 1e-4);
        }
        expected.assertClose("vision.pooler_output", states.get(layers + 1));
        expected.assertClose("vision.all_tokens_projected", states.get(layers + 2));
        var embedded = clip.embedImages(scope, pixels);
        expected.assertClose("image_embeds_raw", embedded);
        expected.assertClose("image_embeds", unit(embedded));
    }

    private static void assertTexts(Expected expected, Clip clip, NDManager scope) {
        var ids = expected.rows("input_ids");
        var states = clip.textStates(scope, ids);
        int layers = clip.config().text().tower().layers();
        for (int i = 0; i <= layers; i++) {
            var name = "text.hidden_states." + i;
            expected.assertClose(name, states.get(i).toFloatArray(), STATES, 1e-4);
        }
        expected.assertClose("text.last_hidden_state", states.get(layers + 1));
        expected.assertClose("text.pooler_output", states.get(layers + 2));
        expected.assertClose("text_embeds_raw", states.get(layers + 3));
        expected.assertClose("text_embeds_raw", clip.embedTexts(scope, ids));
        expected.assertClose("text_embeds", unit(states.get(layers + 3)));
    }

    private static NDArray unit(NDArray rows) {
        return rows.div(rows.norm(new int[] {1}, true));
    }

    private static void assertLogits(Expected expected, Clip clip, NDManager scope) {
        var images = clip.embedImages(scope, expected.input(scope, "pixel_values"));
        var texts = clip.embedTexts(scope, expected.rows("input_ids"));
        var logits = clip.logits(scope, images, texts);
        expected.assertClose("logits_per_image", logits);
        expected.assertClose("logits_per_text", logits.transpose());
    }

    /** Features of each class, and what all share last. */
    private static float[][] assertEnsembles(Expected expected, Clip clip, NDManager scope) {
        var name = "ensemble_input_ids";
        int classes = Math.toIntExact(expected.inputs().entry(name).shapeArray()[0]);
        var rows = expected.rows(name);
        int each = rows.length / classes;
        var features = new float[classes + 1][];
        for (int c = 0; c < classes; c++) {
            var own = Arrays.copyOfRange(rows, c * each, (c + 1) * each);
            features[c] = Ensemble.of(rows(clip.embedTexts(scope, own)));
        }
        var none = clip.embedTexts(scope, expected.rows("redundant_input_ids"));
        features[classes] = Ensemble.of(rows(none));
        expected.assertClose("ensemble_text_features", joined(Arrays.copyOf(features, classes)));
        expected.assertClose("redundant_text_features", features[classes]);
        return features;
    }

    private static float[][] rows(NDArray array) {
        var rows = new float[Math.toIntExact(array.getShape().get(0))][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = array.get(i).toFloatArray();
        }
        return rows;
    }

    private static float[] joined(float[]... rows) {
        var all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
        }
        return all;
    }

    private static int depth(Expected expected) {
        return expected.manifest().path("surgery_depth").asInt();
    }

    private static void assertSurgery(Expected expected, Clip clip, NDManager scope) {
        int depth = depth(expected);
        var states = clip.surgeryStates(scope, expected.input(scope, "pixel_values"), depth);
        int layers = clip.config().vision().tower().layers();
        int at = 0;
        for (int layer = 0; layer < layers; layer++) {
            var name = "cs.block" + layer;
            if (layer >= layers - depth) {
                assertStates(expected, name + ".new_path", states, at++);
                assertStates(expected, name + ".ori_path", states, at++);
            } else {
                assertStates(expected, name + ".single", states, at++);
            }
        }
        expected.assertClose("cs.tokens", states.get(at));
        assertThat(states).hasSize(at + 1);
    }

    private static void assertStates(Expected expected, String name, NDList states, int at) {
        expected.assertClose(name, states.get(at).toFloatArray(), STATES, 1e-4);
    }

    private static void assertMaps(
            Expected expected,
            Clip clip,
            NDManager scope,
            float[][] features,
            String family,
            String pixels) {
        var tokens = clip.surgery(scope, expected.input(scope, pixels), depth(expected));
        expected.assertClose(family + ".tokens", tokens);
        assertAxis(expected, tokens, features, Axis.CHANNELS, family, "channel");
        assertAxis(expected, tokens, features, Axis.TOKENS, family, "tokenaxis");
    }

    private static void assertAxis(
            Expected expected,
            NDArray tokens,
            float[][] features,
            Axis axis,
            String family,
            String word) {
        int pictures = Math.toIntExact(tokens.getShape().get(0));
        var unit = new float[pictures][];
        var without = new Similarity[pictures];
        var among = new Similarity[pictures];
        for (int i = 0; i < pictures; i++) {
            unit[i] = normalized(tokens, i, axis);
            int classes = features.length - 1;
            var own = Arrays.copyOf(features, classes);
            without[i] = Similarity.without(unit[i], own, features[classes]);
            among[i] = Similarity.among(unit[i], own);
        }
        var suffix = axis == Axis.TOKENS ? "_as_in_zip" : "";
        expected.assertClose(family + ".tokens_l2_" + word + suffix, joined(unit));
        assertSimilarity(expected, family, word + ".redundant", without);
        assertSimilarity(expected, family, word + ".noredundant", among);
    }

    private static float[] normalized(NDArray tokens, int picture, Axis axis) {
        int width = Math.toIntExact(tokens.getShape().get(2));
        return Similarity.normalized(tokens.get(picture).toFloatArray(), width, axis);
    }

    private static void assertSimilarity(
            Expected expected, String family, String kind, Similarity... similarities) {
        var values = Arrays.stream(similarities).map(Similarity::values).toArray(float[][]::new);
        expected.assertClose(family + ".similarity." + kind, joined(values));
        var name = family + ".simmap." + kind;
        if (!expected.has(name)) {
            return;
        }
        var size = expected.manifest().path("simmap_size");
        int height = size.path(0).asInt();
        int width = size.path(1).asInt();
        var maps = new float[similarities.length][];
        for (int i = 0; i < maps.length; i++) {
            maps[i] = maps(similarities[i], height, width);
        }
        expected.assertClose(name, joined(maps));
    }

    /** Of all classes, [height, width, classes]. */
    private static float[] maps(Similarity similarity, int height, int width) {
        int rows = (int) Math.sqrt(similarity.tokens() - 1);
        var maps = new float[height * width * similarity.classes()];
        for (int c = 0; c < similarity.classes(); c++) {
            float[] map = similarity.map(c, rows, height, width);
            for (int i = 0; i < map.length; i++) {
                maps[i * similarity.classes() + c] = map[i];
            }
        }
        return maps;
    }

    private static void assertPoints(
            Expected expected, Clip clip, NDManager scope, float[][] features) {
        var pixels = expected.input(scope, "pixel_values");
        var tokens = clip.surgery(scope, pixels, depth(expected));
        int classes = features.length - 1;
        var unit = normalized(tokens, 0, Axis.CHANNELS);
        var own = Arrays.copyOf(features, classes);
        var cells = Similarity.without(unit, own, features[classes]).cells(0);
        var points =
                MapPoints.of(
                        cells,
                        Math.toIntExact(pixels.getShape().get(2)),
                        Math.toIntExact(pixels.getShape().get(3)),
                        expected.manifest().path("points_t").asDouble(),
                        expected.manifest().path("points_down_sample").asInt());
        expected.assertEqual(
                "cs.points.img0.class0",
                points.stream()
                        .flatMapToLong(p -> Arrays.stream(new long[] {p.x(), p.y()}))
                        .toArray());
        expected.assertEqual(
                "cs.points_labels.img0.class0", points.stream().mapToLong(p -> label(p)).toArray());
    }

    private static long label(Point point) {
        return point.isPositive() ? 1 : 0;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void every_tensor_of_the_residual_network_is_the_references(Path folder) {
        try (var expected = new Expected(folder, "", "config.json");
                var network = ResNet.open(folder, TestDevice.choice(), ElementType.F32);
                var scope = network.scope().newSubManager()) {
            expected.assertClose(
                    "conv4_x", network.trunk(scope, expected.input(scope, "pixel_values")));

            var pixels = expected.input(scope, "pixel_values_native");
            var states = network.states(scope, pixels);
            expected.assertClose("native.stem", states.get(0));
            for (int stage = 1; stage < states.size(); stage++) {
                expected.assertClose("native.layer" + stage, states.get(stage));
            }
            expected.assertClose("native.attnpool", network.embedImages(scope, pixels));

            expected.assertAllCompared();
        }
    }
}
