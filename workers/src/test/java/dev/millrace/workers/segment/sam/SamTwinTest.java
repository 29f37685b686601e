package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;

/**
 * The script against the same formulas one by one, for random models.
 *
 * <p>In f32 they differ by sums in another order; in bf16, which has eight bits, there is noise of
 * some hundredths, in a mask's logits, few products of random numbers, up to a tenth.
 */
class SamTwinTest {
    /** How far off results may be. */
    private enum Limit {
        EXACT,
        ROUNDED;

        void assertHolds(NDArray actual, NDArray expected, String what) {
            switch (this) {
                case EXACT -> assertThat(Eager.apart(actual, expected)).as(what).isLessThan(5e-5);
                case ROUNDED -> assertThat(Eager.noise(actual, expected)).as(what).isLessThan(0.1);
            }
        }
    }

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @ParameterizedTest(name = "side {0} window {1} global {2} downsample {3} in {4}")
    @CsvSource({
        "32, 3, 1, 2, F32",
        "40, 2, 0, 1, F32",
        "24, 5, 2, 4, F32",
        "32, 0, 1, 2, F32",
        "40, 3, 1, 2, BF16"
    })
    void a_random_model_computes_what_its_formulas_say(
            int side, int window, int global, int downsample, ElementType inner) {
        var config = RandomSam.config(side, window, List.of(global), downsample);
        var weights = RandomSam.weights(config, 4);
        weights.write(folder, config.json());
        var limit = inner == ElementType.F32 ? Limit.EXACT : Limit.ROUNDED;
        try (var sam = Sam.open(folder, Devices.cpu(), inner);
                var scope = sam.scope().newSubManager()) {
            var twin = new EagerSam(config, scope, weights);
            var pixels = RandomWeights.noise(scope, 3, 1, 3, side, side);

            var cells = sam.embed(scope, pixels);

            assertThat(sam.config()).isEqualTo(config);
            limit.assertHolds(cells, twin.embed(pixels), "embedding");
            assertDecoded(sam, twin, cells, limit);
        }
    }

    /** Prompts of every form, asked about together. */
    private static void assertDecoded(Sam sam, EagerSam twin, NDArray cells, Limit limit) {
        var frame = sam.frame(50, 31);
        int side = sam.config().maskSide();
        var rough = RandomWeights.noise(cells.getManager(), 9, side, side);
        var asked = asked(rough.toFloatArray());
        var masks = sam.decoder(new Embedding(frame, cells)).decode(asked);
        assertThat(masks.prompts()).isEqualTo(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            var expected = twin.decode(cells, asked.get(i), frame);
            assertSame(cells, masks, i, expected.get(0), expected.get(1), limit);
        }
    }

    private static List<Prompt> asked(float[] rough) {
        var first = PointPrompt.positive(3.5, 20);
        var second = PointPrompt.negative(30, 4);
        var box = new BoxPrompt(2, 3, 40, 22.5);
        return List.of(
                Prompt.at(first),
                Prompt.in(box),
                Prompt.at(second, first),
                Prompt.in(box).and(first),
                Prompt.at(second),
                Prompt.at(first, new PointPrompt(0, 0, Label.NONE)),
                Prompt.at(first).refining(rough),
                Prompt.like(rough),
                Prompt.in(new BoxPrompt(0, 0, 50, 31)));
    }

    private static void assertSame(
            NDArray cells,
            Masks masks,
            int prompt,
            NDArray logits,
            NDArray qualities,
            Limit limit) {
        var own = new float[masks.perPrompt()];
        for (int mask = 0; mask < own.length; mask++) {
            var place = new Masks.Place(prompt, mask);
            own[mask] = masks.quality(place);
            var plane = logits.get(0).get(mask);
            var drawn =
                    Tensors.floats(
                            cells.getManager(), masks.small(place), plane.getShape().getShape());
            limit.assertHolds(drawn, plane, "mask " + place);
        }
        var told = Tensors.floats(cells.getManager(), own, 1, own.length);
        limit.assertHolds(told, qualities, "qualities");
    }
}
