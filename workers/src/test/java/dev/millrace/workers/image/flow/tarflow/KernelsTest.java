package dev.millrace.workers.image.flow.tarflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Sweeps in the tensor library and in the Vector API, on a model with heads of four vectors. */
class KernelsTest {
    private static final TarFlowConfig CONFIG =
            new TarFlowConfig(RandomTarFlow.SMALL.patches(), 128, 2, 2, 64, 3, List.of(), 0.05);
    private static final Guidance GUIDED = new Guidance(1.5, 0.7, true, Guidance.Target.BOTH);

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Torch.prepareThread();
        Torch.useThreads(1);
        var weights = RandomTarFlow.weights(CONFIG, 4);
        weights.values().forEach(KernelsTest::shrink); // else values grow beyond all bounds
        RandomTarFlow.write(folder, CONFIG, weights);
    }

    private static void shrink(float... weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= 3;
        }
    }

    private TarFlow open(Kernels kernels) {
        return TarFlow.open(folder, Devices.cpu(), ElementType.F32, kernels);
    }

    private static float[] noise(int pictures, long seed) {
        return RandomTarFlow.noise(pictures * CONFIG.patches().values(), seed);
    }

    @Test
    void both_make_the_same_pictures() {
        var request = new Request(noise(2, 1), new int[] {1, -1}, GUIDED, 0);
        var plan = Plan.uniform(new Window(7, 0), CONFIG.blocks());
        try (var library = open(Kernels.SCRIPT);
                var vector = open(Kernels.VECTOR)) {
            var expected = new FlowSampler(library, plan).sample(request, SweepListener.NONE);
            var made = new FlowSampler(vector, plan).sample(request, SweepListener.NONE);

            for (int i = 0; i < 2; i++) {
                assertThat(made.orElseThrow().get(i))
                        .containsExactly(expected.orElseThrow().get(i), within(2e-4f));
            }
        }
    }

    @Test
    void a_sweep_with_others_changes_no_bit_of_a_picture() {
        try (var model = open(Kernels.VECTOR);
                var alone = model.invert(noise(1, 1), new int[] {1}, GUIDED);
                var shared = model.invert(noise(1, 1), new int[] {1}, GUIDED);
                var other = model.invert(noise(1, 2), new int[] {2}, GUIDED)) {
            for (var each : List.of(alone, shared, other)) {
                each.enter(1);
                each.sweep(new Run(0, 1, 0, 5), 3);
            }

            alone.sweep(new Run(0, 1, 2, 6), Double.POSITIVE_INFINITY);
            var runs = List.of(new Run(0, 1, 5, 6), new Run(0, 1, 2, 6));
            model.sweepTogether(List.<Inversion>of(other, shared), runs);

            assertThat(shared.picture(0)).isEqualTo(alone.picture(0));
        }
    }

    @Test
    void no_tensor_survives_its_step() {
        try (var model = open(Kernels.SCRIPT)) {
            int before = model.scope().getManagedArrays().size();
            try (var inversion =
                    (TarFlowInversion) model.invert(noise(1, 1), new int[] {0}, GUIDED)) {
                inversion.enter(1);
                int begun = inversion.scope().getManagedArrays().size();

                for (int i = 0; i < 20; i++) {
                    inversion.sweep(new Run(0, 1, i % 4, 3), 3);
                    inversion.advance(new Run(0, 1, 0, 2));
                    inversion.clampFirst(3);
                    inversion.enter(i % 2);
                    assertThat(inversion.picture(0)).isNotEmpty();
                }

                assertThat(inversion.scope().getManagedArrays()).hasSize(begun);
            }
            model.denoised(noise(1, 1), new int[] {0}, 1);
            assertThat(model.ahead(noise(1, 1), 0, List.of(1, 0))).isNotEmpty();

            assertThat(model.scope().getManagedArrays()).hasSize(before);
        }
    }
}
