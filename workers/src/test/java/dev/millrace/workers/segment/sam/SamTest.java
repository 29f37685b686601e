package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.Gradients;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.LiveArrays;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

class SamTest {
    private static final SamConfig CONFIG = RandomSam.SMALL;
    private static final Prompt POINT = Prompt.at(PointPrompt.positive(9, 7));

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private static Picture picture(int width, int height) {
        var rgb = new byte[3 * width * height];
        new Random(3).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }

    private Sam open() {
        return Sam.open(folder, Devices.cpu(), ElementType.F32);
    }

    @Test
    void a_picture_is_seen_once_and_asked_as_often_as_one_likes() {
        try (var sam = RandomSam.open(folder, CONFIG);
                var embedding = sam.embed(picture(50, 20))) {
            var decoder = sam.decoder(embedding);

            var first = decoder.decode(List.of(POINT));
            var second = decoder.decode(List.of(Prompt.in(new BoxPrompt(1, 1, 9, 9)), POINT));

            assertThat(first.prompts()).isEqualTo(1);
            assertThat(first.perPrompt()).isEqualTo(4);
            for (int mask = 0; mask < 4; mask++) {
                var alone = first.logits(List.of(new Masks.Place(0, mask))).getFirst();
                var beside = second.logits(List.of(new Masks.Place(1, mask))).getFirst();
                assertThat(alone).hasSize(50 * 20).containsExactly(beside);
            }
            assertThat(embedding.bytes()).isEqualTo(16 * 4 * 4 * 4L);
        }
    }

    @Test
    void more_prompts_than_fit_a_batch_are_answered_as_each_alone() {
        try (var sam = RandomSam.open(folder, CONFIG);
                var embedding = sam.embed(picture(20, 50))) {
            var decoder = sam.decoder(embedding);
            var prompts =
                    IntStream.range(0, 70)
                            .mapToObj(i -> Prompt.at(PointPrompt.positive(i % 20, i % 50)))
                            .toList();

            var together = decoder.decode(prompts);

            for (int i : new int[] {0, 63, 64, 69}) {
                var alone = decoder.decode(List.of(prompts.get(i)));
                for (int mask = 0; mask < 4; mask++) {
                    assertThat(together.quality(new Masks.Place(i, mask)))
                            .isCloseTo(alone.quality(new Masks.Place(0, mask)), within(1e-5f));
                }
            }
        }
    }

    @Test
    void nothing_is_left_behind_but_what_is_open() {
        try (var sam = RandomSam.open(folder, CONFIG)) {
            int before = LiveArrays.in(sam.scope());
            for (int i = 0; i < 3; i++) {
                try (var embedding = sam.embed(picture(33, 44))) {
                    var masks = sam.decoder(embedding).decode(List.of(POINT));
                    masks.logits(List.of(new Masks.Place(0, 0)));
                    assertThat(LiveArrays.in(sam.scope())).isEqualTo(before + 1);
                }
            }

            assertThat(LiveArrays.in(sam.scope())).isEqualTo(before);
        }
    }

    @Test
    void no_prompts_have_no_masks() {
        try (var sam = RandomSam.open(folder, CONFIG);
                var embedding = sam.embed(picture(1, 1))) {
            var masks = sam.decoder(embedding).decode(List.of());

            assertThat(masks.prompts()).isZero();
            assertThat(masks.logits(List.of())).isEmpty();
        }
    }

    @Test
    void prompts_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> Prompt.of(List.of(), null))
                .hasMessage("a prompt must have a point, a box or a mask");
        assertThatThrownBy(() -> new BoxPrompt(4, 0, 3, 1)).hasMessageContaining("was 4.0, 0.0");
        assertThatThrownBy(() -> new BoxPrompt(Double.NaN, 0, 3, 1))
                .hasMessageContaining("a box must go");
        assertThatThrownBy(() -> PointPrompt.positive(Double.NaN, 1))
                .hasMessageContaining("a point must be finite");
        try (var sam = RandomSam.open(folder, CONFIG);
                var embedding = sam.embed(picture(5, 5))) {
            var decoder = sam.decoder(embedding);
            assertThatThrownBy(() -> decoder.decode(List.of(POINT.refining(1, 2))))
                    .hasMessage("a mask must have 256 logits, had 2");
        }
    }

    @ParameterizedTest(name = "{0}.{1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "vision_config | hidden_act | relu | vision_config.hidden_act must be gelu, was",
                "vision_config | qkv_bias | false | vision_config.qkv_bias must be true",
                "vision_config | num_pos_feats | 9 | vision_config.num_pos_feats must be 8, as",
                "vision_config | image_size | 33 | must be a multiple of patch_size, were 33 and 8",
                "prompt_encoder_config | image_size | 64 | image_size must be 32, as the picture",
                "prompt_encoder_config | num_point_embeddings | 5 | num_point_embeddings must be 4",
                "mask_decoder_config | hidden_size | 8 | mask_decoder_config.hidden_size must be"
                        + " 16",
                "mask_decoder_config | iou_head_depth | 1 | iou_head_depth must be at least 2, was"
                        + " 1",
                "mask_decoder_config | num_attention_heads | 3 | and then by 3 heads",
            })
    @SuppressWarnings("unchecked")
    void a_config_that_cannot_be_is_refused(
            String part, String key, String value, String complaint) {
        var json = new HashMap<>(CONFIG.json());
        var inner = new HashMap<>((Map<String, Object>) json.get(part));
        inner.put(
                key,
                switch (value) {
                    case "false" -> false;
                    case "relu" -> value;
                    default -> Integer.valueOf(value);
                });
        json.put(part, inner);
        RandomSam.weights(CONFIG, 4).write(folder, json);

        assertThatThrownBy(this::open)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void positions_may_stand_under_either_name_but_not_differ() throws IOException {
        var weights = RandomSam.weights(CONFIG, 4);
        weights.write(folder, CONFIG.json());
        rewrite(SamWeights.POSITIONS_AGAIN, 1, false);
        try (var sam = open()) {
            assertThat(sam.config()).isEqualTo(CONFIG);
        }
        weights.write(folder, CONFIG.json());
        rewrite(SamWeights.POSITIONS_AGAIN, 1, true);
        try (var sam = open()) {
            assertThat(sam.config()).isEqualTo(CONFIG);
        }
        weights.write(folder, CONFIG.json());
        rewrite(SamWeights.POSITIONS_AGAIN, 2, true);
        assertThatThrownBy(this::open)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("must be equal");
    }

    /** Adds the positions under another name, or gives them that name. */
    private void rewrite(String name, int factor, boolean keeps) throws IOException {
        var writer = new SafetensorsWriter();
        try (var files = Safetensors.open(folder)) {
            for (var own : files.names()) {
                var values = files.floats(own);
                long[] shape = files.entry(own).shapeArray();
                boolean isPositions = own.equals(SamWeights.POSITIONS);
                if (!isPositions || keeps) {
                    writer.add(own, ElementType.F32, values, shape);
                }
                if (isPositions) {
                    var other = values.clone();
                    other[0] *= factor;
                    writer.add(name, ElementType.F32, other, shape);
                }
            }
        }
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    @ParameterizedTest(name = "{0} scores at once")
    @ValueSource(ints = {1, 600})
    void attention_of_some_heads_after_others_is_that_of_all_at_once(int scores) {
        RandomSam.weights(CONFIG, 4).write(folder, CONFIG.json());
        try (var files = Safetensors.open(folder);
                var scope = Torch.newScope(Devices.cpu())) {
            var weights = SamWeights.of(CONFIG).load(files, scope, ElementType.F32, _ -> false);
            var pixels = RandomWeights.noise(scope, 3, 2, 3, 32, 32);

            var whole =
                    embedded(SamScript.of(CONFIG, ElementType.F32, Devices.cpu()), pixels, weights);
            var parts =
                    embedded(
                            SamScript.of(CONFIG, ElementType.F32, Devices.cpu(), scores),
                            pixels,
                            weights);

            assertThat(Eager.apart(parts, whole)).isLessThan(1e-5);
        }
    }

    private static NDArray embedded(String text, NDArray pixels, NDList weights) {
        try (var script = Script.compile(pixels.getManager(), text)) {
            return script.call(pixels.getManager(), "embed", pixels, weights);
        }
    }

    @Test
    void every_gradient_that_learning_needs_is_that_of_small_steps() {
        RandomSam.weights(CONFIG, 4).write(folder, CONFIG.json());
        var table = SamWeights.of(CONFIG);
        try (var files = Safetensors.open(folder);
                var scope = Torch.newScope(Devices.cpu());
                var script =
                        Script.compile(
                                scope, SamScript.of(CONFIG, ElementType.F32, Devices.cpu()))) {
            var weights = table.load(files, scope, ElementType.F32, _ -> false);
            for (var name :
                    new String[] {
                        "vision_encoder.layers.0.attn.rel_pos_h",
                        "vision_encoder.layers.1.attn.qkv.weight",
                        "prompt_encoder.point_embed.1.weight",
                        "prompt_encoder.mask_embed.conv2.weight",
                        "mask_decoder.mask_tokens.weight",
                        "mask_decoder.upscale_conv1.weight",
                        "mask_decoder.iou_prediction_head.proj_out.weight"
                    }) {
                Gradients.assertOfSteps(
                        weights, table.place(name), 1e-3, 0.03, () -> loss(script, scope, weights));
            }
        }
    }

    /** Two pictures, a prompt each, one round after another: the masks of the first are refined. */
    private static NDArray loss(Script script, NDManager scope, NDList weights) {
        var pixels = RandomWeights.noise(scope, 3, 2, 3, 32, 32);
        var cells = script.callDifferentiable("embed", pixels, weights).singletonOrThrow();
        var places = scope.create(new float[] {3, 4, 20, 30}).reshape(2, 1, 2);
        var labels = scope.ones(new Shape(2, 1), DataType.INT64);
        var sparse =
                script.callDifferentiable("sparse", places, labels, weights).singletonOrThrow();
        var rough = RandomWeights.noise(scope, 9, 2, 1, 16, 16);
        var dense = script.callDifferentiable("dense", rough, weights).singletonOrThrow();
        var answer = script.callDifferentiable("decode", cells, dense, sparse, weights);
        return answer.get(0).tanh().mean().add(answer.get(1).tanh().sum());
    }
}
