package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Text;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;
import dev.millrace.workers.segment.clip.ClipConfig.Vision;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/**
 * The scripts against the same formulas one by one, for random models.
 *
 * <p>In f32 they differ by sums in another order; in bf16, which has eight bits, by some hundredths
 * of the largest value after as few layers as these have.
 */
class ClipTwinTest {
    private static final double EXACT = 2e-5;
    private static final double ROUNDED = 0.05;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    static ClipConfig config(int layers, int heads, Activation activation) {
        var tower = new Tower(8 * heads, 20, layers, heads, activation, 1e-5);
        return new ClipConfig(6, 1, new Text(tower, 30, 9, 28, 29), new Vision(tower, 3, 12, 4));
    }

    private static final long[][] TEXTS = {{28, 3, 5, 29, 29}, {28, 7, 2, 11, 29}};

    @ParameterizedTest(name = "layers {0} heads {1} {2} depth {3} size {4} x {5} in {6}")
    @CsvSource({
        "1, 1, QUICK_GELU, 1, 12, 12, F32",
        "3, 2, GELU, 2, 12, 20, F32",
        "4, 3, QUICK_GELU, 4, 24, 8, F32",
        "3, 2, QUICK_GELU, 2, 20, 12, BF16",
        "2, 4, GELU, 1, 12, 12, BF16"
    })
    void a_random_model_computes_what_its_formulas_say(
            int layers,
            int heads,
            Activation activation,
            int depth,
            int height,
            int width,
            ElementType inner) {
        var config = config(layers, heads, activation);
        var weights = new RandomWeights(config.weights(), 5);
        weights.write(folder, config.json());
        double tolerance = inner == ElementType.F32 ? EXACT : ROUNDED;
        try (var clip = Clip.open(folder, Devices.cpu(), inner);
                var scope = clip.scope().newSubManager()) {
            var twin = new EagerClip(config, scope, weights);
            var pixels = RandomWeights.noise(scope, 3, 2, 3, height, width);

            var images = clip.embedImages(scope, pixels);
            var texts = clip.embedTexts(scope, TEXTS);
            var tokens = clip.surgery(scope, pixels, depth);

            assertThat(clip.config()).isEqualTo(config);
            assertThat(Eager.apart(images, twin.embedImages(pixels))).isLessThan(tolerance);
            assertThat(Eager.apart(tokens, twin.surgery(pixels, depth))).isLessThan(tolerance);
            var ids = scope.create(new long[] {28, 3, 5, 29, 29, 28, 7, 2, 11, 29});
            var expected = twin.embedTexts(ids.reshape(2, 5), 3, 4);
            assertThat(Eager.apart(texts, expected)).isLessThan(tolerance);
        }
    }
}
