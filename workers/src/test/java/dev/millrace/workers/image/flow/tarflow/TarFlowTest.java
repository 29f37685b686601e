package dev.millrace.workers.image.flow.tarflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.LiveArrays;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class TarFlowTest {
    private static final TarFlowConfig CONFIG = RandomTarFlow.SMALL;
    private static final Map<String, float[]> WEIGHTS = RandomTarFlow.weights(CONFIG, 1);
    private static final Guidance GUIDED = new Guidance(1, 0.8, true, Guidance.Target.BOTH);

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @Test
    void many_samples_leave_no_native_array_behind() throws IOException {
        try (var model = open(ElementType.F32)) {
            sampleInManyWays(model);
            int before = LiveArrays.in(model.scope());
            for (int i = 0; i < 20; i++) {
                sampleInManyWays(model);
            }

            assertThat(LiveArrays.in(model.scope())).isEqualTo(before);
        }
    }

    private static void sampleInManyWays(TarFlow model) {
        var noise = RandomTarFlow.noise(CONFIG.patches().values(), 2);
        int[] label = {1};
        var request = new Request(noise, label, GUIDED, 1);
        var exact = new FlowSampler(model, Plan.uniform(new Sequential(), 2));
        var swept = new FlowSampler(model, Plan.uniform(new Window(4, 0.01), 2));
        assertThat(exact.sample(request, SweepListener.NONE)).isPresent();
        assertThat(swept.sample(request, (_, pictures) -> pictures.apply(0).length > 0))
                .isPresent();
        assertThat(swept.sample(request, (_, _) -> false)).isEmpty();
        assertThat(model.ahead(noise, 1, List.of(1, 0))).hasSameSizeAs(noise);
        model.encode(noise, label);
        BlockMeasures.of(model, noise, label);
    }

    @Test
    void looking_ahead_shows_more_of_the_picture_than_there_is_yet() throws IOException {
        var noise = RandomTarFlow.noise(CONFIG.patches().values(), 2);
        int[] label = {2};
        try (var model = open(ElementType.F32);
                var inversion = model.invert(noise, label, Guidance.NONE)) {
            inversion.enter(1);
            inversion.advance(new Run(0, 1, 0, 15));
            float[] now = inversion.picture(0);
            inversion.enter(0);
            inversion.advance(new Run(0, 1, 0, 15));
            float[] picture = inversion.picture(0);

            float[] ahead = model.ahead(now, 2, List.of(0));

            assertThat(distance(ahead, picture)).isLessThan(distance(now, picture) / 1.5);
            assertThat(model.ahead(now, 2, List.of())).containsExactly(now);
        }
    }

    private static double distance(float[] one, float... other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(sum);
    }

    @Test
    void layers_in_bf16_make_nearly_the_same_picture() throws IOException {
        var noise = RandomTarFlow.noise(CONFIG.patches().values(), 2);
        var request = new Request(noise, new int[] {2}, GUIDED, 1);
        var plan = Plan.uniform(new Sequential(), 2);
        try (var exact = open(ElementType.F32);
                var rough = open(ElementType.BF16)) {
            var expected = new FlowSampler(exact, plan).sample(request, SweepListener.NONE);
            var actual = new FlowSampler(rough, plan).sample(request, SweepListener.NONE);

            TarFlowCase.assertClose(
                    "picture",
                    actual.orElseThrow().getFirst(),
                    expected.orElseThrow().getFirst(),
                    0.1);
        }
    }

    @Test
    void a_missing_tensor_is_named() throws IOException {
        var incomplete = new HashMap<>(WEIGHTS);
        incomplete.remove("blocks.1.proj_in.bias");
        RandomTarFlow.write(folder, CONFIG, incomplete);

        assertThatThrownBy(() -> TarFlow.open(folder, Devices.cpu(), ElementType.F32))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("tensor blocks.1.proj_in.bias is missing");
    }

    @Test
    void a_tensor_of_another_shape_is_named_with_both_shapes() throws IOException {
        RandomTarFlow.write(folder, CONFIG, WEIGHTS);
        var wider = RandomTarFlow.config(8, 2, 32, 2, 3);
        Files.writeString(
                folder.resolve("config.json"), new ObjectMapper().writeValueAsString(wider.json()));

        assertThatThrownBy(() -> TarFlow.open(folder, Devices.cpu(), ElementType.F32))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(
                        "tensor blocks.0.pos_embed: shape must be [16, 32], was [16, 16]");
    }

    @Test
    void a_configuration_that_cannot_be_is_refused_with_its_file() throws IOException {
        RandomTarFlow.write(folder, CONFIG, WEIGHTS);
        var file = folder.resolve("config.json");
        var json = Files.readString(file);

        refused(file, json.replace("\"head_width\":8", "\"head_width\":5"), "must divide width");
        refused(file, json.replace("\"patch_size\":2", "\"patch_size\":3"), "patch divide side");
        refused(file, json.replace("\"nvp\":true", "\"nvp\":false"), "nvp must be true");
        refused(file, json.replace("tarflow", "llama"), "model_type must be");
        refused(file, json.replace("\"width\":16", "\"with\":16"), "with is not known");
    }

    private void refused(Path file, String json, String complaint) throws IOException {
        Files.writeString(file, json);

        assertThatThrownBy(() -> TarFlow.open(folder, Devices.cpu(), ElementType.F32))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(complaint);
    }

    @Test
    void labels_and_noise_that_do_not_fit_are_refused() throws IOException {
        try (var model = open(ElementType.F32)) {
            var noise = new float[CONFIG.patches().values()];

            assertThatThrownBy(() -> model.invert(noise, new int[] {3}, Guidance.NONE))
                    .hasMessageContaining("label must be below 3, was 3");
            assertThatThrownBy(() -> model.invert(noise, new int[] {0, 1}, Guidance.NONE))
                    .hasMessageContaining("noise must have 192 values for each of 2 labels");
            assertThatThrownBy(() -> new FlowSampler(model, Plan.uniform(new Sequential(), 3)))
                    .hasMessageContaining("a solver for each of 2 blocks, has 3");
        }
    }

    private TarFlow open(ElementType inner) throws IOException {
        RandomTarFlow.write(folder, CONFIG, WEIGHTS);
        return TarFlow.open(folder, Devices.cpu(), inner);
    }
}
