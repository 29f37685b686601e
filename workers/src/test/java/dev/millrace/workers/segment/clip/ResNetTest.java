package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.Gradients;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.clip.ResNetConfig.Head;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
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
import java.util.List;

/** CLIP's residual network beside its formulas, in other shapes than the published one too. */
class ResNetTest {
    private static final List<Integer> PUBLISHED = List.of(1, 2, 2, 2);

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private static ResNetConfig config(List<Integer> strides, boolean hasStemPool) {
        int side = hasStemPool ? 64 : 32;
        return new ResNetConfig(
                4, List.of(2, 1, 2, 1), strides, hasStemPool, new Head(4, side, 5), 1e-5);
    }

    @ParameterizedTest(name = "third stride {0}, stem pool {1}, {2} x {3}, {4}")
    @CsvSource({
        "2, true, 64, 64, F32, 16",
        "2, true, 72, 97, F32, 16",
        "1, true, 32, 48, F32, 8",
        "1, false, 16, 24, F32, 4",
        "2, true, 64, 96, BF16, 16"
    })
    void any_shape_computes_what_its_formulas_say(
            int third, boolean hasStemPool, int height, int width, ElementType inner, int stride) {
        var config = config(List.of(1, 2, third, 2), hasStemPool);
        var weights = new RandomWeights(config.weights(), 2);
        weights.write(folder, config.json());
        double tolerance = inner == ElementType.F32 ? 2e-5 : 0.05;
        try (var network = ResNet.open(folder, Devices.cpu(), inner);
                var scope = network.scope().newSubManager()) {
            var twin = new EagerResNet(config, scope, weights);
            var pixels = RandomWeights.noise(scope, 3, 2, 3, height, width);

            var features = network.trunk(scope, pixels);
            var embedded = network.embedImages(scope, pixels);

            assertThat(network.config()).isEqualTo(config);
            assertThat(network.trunkStride()).isEqualTo(stride);
            assertThat(features.getShape().getShape())
                    .containsExactly(2, 64, height / stride, width / stride);
            assertThat(Eager.apart(features, twin.stages(pixels, 3))).isLessThan(tolerance);
            assertThat(Eager.apart(embedded, twin.embedImages(pixels))).isLessThan(tolerance);
        }
    }

    @Test
    void a_trunk_alone_needs_no_fourth_stage_and_has_no_embedding() {
        var whole = config(PUBLISHED, true);
        var config =
                new ResNetConfig(4, List.of(2, 1, 2), PUBLISHED, true, new Head(0, 0, 0), 1e-5);
        new RandomWeights(config.weights(), 2).write(folder, config.json());
        try (var network = ResNet.open(folder, Devices.cpu(), ElementType.F32);
                var scope = network.scope().newSubManager()) {
            var pixels = RandomWeights.noise(scope, 3, 1, 3, 32, 32);

            var features = network.trunk(scope, pixels);

            assertThat(features.getShape().getShape()).containsExactly(1, 64, 2, 2);
            assertThat(whole.weights().all()).hasSizeGreaterThan(config.weights().all().size());
            assertThatThrownBy(() -> network.embedImages(scope, pixels))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void learning_normalises_by_the_batch_moves_the_running_means_and_has_gradients() {
        var config = config(PUBLISHED, true);
        new RandomWeights(config.weights(), 2).write(folder, config.json());
        try (var files = Safetensors.open(folder);
                var scope = Torch.newScope(Devices.cpu());
                var script =
                        Script.compile(
                                scope, ResNetScript.of(config, ElementType.F32, Devices.cpu()))) {
            var weights = config.weights().load(files, scope, ElementType.F32, _ -> false);
            var mean = weights.get(config.weights().place("visual.bn1.running_mean"));
            var before = mean.toFloatArray();
            var pixels = RandomWeights.noise(scope, 3, 4, 3, 64, 64);

            Gradients.assertOfSteps(
                    weights,
                    config.weights().place("visual.conv1.weight"),
                    1e-3,
                    0.05,
                    () -> loss(script, pixels, weights));

            assertThat(mean.toFloatArray()).isNotEqualTo(before);
        }
    }

    private static NDArray loss(Script script, NDArray pixels, NDList weights) {
        return script.callDifferentiable("learn_images", pixels, weights)
                .singletonOrThrow()
                .square()
                .mean();
    }

    @Test
    void a_config_that_cannot_be_is_refused_with_what_is_wrong() {
        assertThatThrownBy(() -> config(List.of(1, 2), true))
                .hasMessageContaining("strides must be a positive number for each stage");
        var config = config(PUBLISHED, true);
        var json = new HashMap<>(config.json());
        json.put("heads", 3);
        new RandomWeights(config.weights(), 2).write(folder, json);

        assertThatThrownBy(() -> ResNet.open(folder, Devices.cpu(), ElementType.F32))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("config.json: heads must divide 128 channels, was 3");
    }
}
