package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.Gradients;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.LiveArrays;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class ClipTest {
    private static final ClipConfig CONFIG = ClipTwinTest.config(2, 2, Activation.QUICK_GELU);
    private static final long[][] TEXTS = {{28, 3, 5, 29, 29}, {28, 7, 2, 11, 29}};

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private Clip open() {
        return Clip.open(folder, Devices.cpu(), ElementType.F32);
    }

    private Clip written() {
        new RandomWeights(CONFIG.weights(), 5).write(folder, CONFIG.json());
        return open();
    }

    @Test
    void a_text_stands_where_its_first_end_token_is_and_old_configs_mean_the_largest_id() {
        assertThat(TextEnd.of(new long[] {9, 3, 7, 7, 0}, 7)).isEqualTo(2);
        assertThat(TextEnd.of(new long[] {2, 3, 9, 9, 0}, 2)).isEqualTo(2);
        assertThatThrownBy(() -> TextEnd.of(new long[] {9, 3}, 7))
                .hasMessage("a text must have the end token 7");
    }

    @Test
    void what_stands_after_the_end_changes_nothing() {
        try (var clip = written();
                var scope = clip.scope().newSubManager()) {
            var ends = clip.embedTexts(scope, new long[][] {{28, 3, 29, 29, 29}});
            var zeros = clip.embedTexts(scope, new long[][] {{28, 3, 29, 0, 0}});

            assertThat(ends.sub(zeros).abs().max().getFloat()).isZero();
        }
    }

    @Test
    void texts_pictures_and_depths_that_cannot_be_are_refused() {
        try (var clip = written();
                var scope = clip.scope().newSubManager()) {
            var pixels = RandomWeights.noise(scope, 1, 1, 3, 12, 12);
            assertThatThrownBy(() -> clip.embedTexts(scope, new long[][] {{28, 30, 29}}))
                    .hasMessage("token must be below 30, was 30");
            assertThatThrownBy(() -> clip.embedTexts(scope, new long[][] {new long[10]}))
                    .hasMessage("texts must have 1..9 tokens, had 10");
            assertThatThrownBy(() -> clip.embedTexts(scope, new long[][] {{28, 29}, {29}}))
                    .hasMessage("texts must be equally long, were 2 and 1");
            assertThatThrownBy(() -> clip.surgery(scope, pixels, 3))
                    .hasMessage("surgery depth must be 1..2, was 3");
            assertThatThrownBy(() ->
                            clip.embedImages(scope, RandomWeights.noise(scope, 1, 1, 3, 12, 13)))
                    .hasMessageContaining("multiples of 4, were (1, 3, 12, 13)");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "model_type | sam | model_type must be clip, was \"sam\"",
                "projection_dim | 0 | projection_dim must be a positive integer, was 0",
                "text_config | 3 | text_config.must be a JSON object",
            })
    void a_config_that_cannot_be_is_refused(String key, String value, String complaint) {
        var json = new HashMap<>(CONFIG.json());
        json.put(key, value.matches("\\d+") ? Integer.valueOf(value) : value);
        new RandomWeights(CONFIG.weights(), 5).write(folder, json);

        assertThatThrownBy(this::open)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "image_size | 13 | image_size must be a multiple of patch_size, were 13 and 4",
                "num_attention_heads | 3 | multiple of num_attention_heads, were 16 and 3",
                "hidden_act | relu | vision_config.hidden_act must be quick_gelu or gelu, was",
            })
    @SuppressWarnings("unchecked")
    void a_picture_side_that_cannot_be_is_refused(String key, String value, String complaint) {
        var json = new HashMap<>(CONFIG.json());
        var vision = new HashMap<>((Map<String, Object>) json.get("vision_config"));
        vision.put(key, value.matches("\\d+") ? Integer.valueOf(value) : value);
        json.put("vision_config", vision);
        new RandomWeights(CONFIG.weights(), 5).write(folder, json);

        assertThatThrownBy(this::open)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void a_folder_without_a_weight_or_without_anything_is_refused() {
        new RandomWeights(CONFIG.weights(), 5)
                .without("visual_projection.weight")
                .write(folder, CONFIG.json());

        assertThatThrownBy(this::open)
                .hasMessageContaining("tensors are missing: visual_projection.weight");
        assertThatThrownBy(() -> Clip.open(folder.resolve("no"), Devices.cpu(), ElementType.F32))
                .hasMessageContaining("is not a directory");
    }

    @Test
    void every_gradient_that_learning_needs_is_that_of_small_steps() {
        new RandomWeights(CONFIG.weights(), 5).write(folder, CONFIG.json());
        try (var files = Safetensors.open(folder);
                var scope = Torch.newScope(Devices.cpu());
                var script =
                        Script.compile(
                                scope, ClipScript.of(CONFIG, ElementType.F32, Devices.cpu()))) {
            var weights = CONFIG.weights().load(files, scope, ElementType.F32, _ -> false);
            for (var name :
                    new String[] {
                        "vision_model.encoder.layers.0.self_attn.v_proj.weight",
                        "text_model.embeddings.token_embedding.weight",
                        "visual_projection.weight",
                        "logit_scale"
                    }) {
                Gradients.assertOfSteps(
                        weights,
                        CONFIG.weights().place(name),
                        1e-2,
                        0.02,
                        () -> loss(script, scope, weights));
            }
        }
    }

    /** As contrastive learning has it: scaled cosines, here those of the first picture. */
    private static NDArray loss(Script script, NDManager scope, NDList weights) {
        var pixels = RandomWeights.noise(scope, 3, 2, 3, 12, 12);
        var ids = scope.create(new long[] {28, 3, 5, 29, 29, 28, 7, 2, 11, 29}).reshape(2, 5);
        var ends = scope.create(new long[] {3, 4});
        var images = script.callDifferentiable("embed_images", pixels, weights);
        var texts = script.callDifferentiable("embed_texts", ids, ends, weights);
        var logits =
                script.callDifferentiable(
                        "logits", images.singletonOrThrow(), texts.singletonOrThrow(), weights);
        return logits.singletonOrThrow().get(0).sum();
    }

    @Test
    void nothing_is_left_behind() {
        try (var clip = written()) {
            int before = LiveArrays.in(clip.scope());
            for (int i = 0; i < 3; i++) {
                try (var scope = clip.scope().newSubManager()) {
                    var pixels = RandomWeights.noise(scope, 1, 1, 3, 12, 12);
                    clip.surgery(scope, pixels, 1);
                    clip.imageStates(scope, pixels);
                    clip.textStates(scope, TEXTS);
                }
            }

            assertThat(LiveArrays.in(clip.scope())).isEqualTo(before);
        }
    }
}
