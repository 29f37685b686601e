package dev.millrace.workers.image.flow.tarflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

/** Random small models in f32 against the same formulas in plain loops of doubles. */
class TarFlowTwinTest {
    private static final double TOLERANCE = 2e-4; // values reach some tens

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @ParameterizedTest(name = "side {0} patch {1} width {2} blocks {3} classes {4}")
    @CsvSource({"8, 2, 16, 2, 3", "6, 2, 8, 3, 0", "8, 4, 24, 1, 5", "9, 3, 16, 4, 2"})
    void a_random_model_computes_what_plain_loops_do(
            int side, int patch, int width, int blocks, int classes) throws IOException {
        var config = RandomTarFlow.config(side, patch, width, blocks, classes);
        var weights = RandomTarFlow.weights(config, 7);
        var twin = new TarFlowTwin(config, weights);
        RandomTarFlow.write(folder, config, weights);
        int[] labels = {classes - 1, -1};
        var noise = RandomTarFlow.noise(2 * config.patches().values(), 3);
        try (var model = TarFlow.open(folder, Devices.cpu(), ElementType.F32)) {
            for (var guidance :
                    new Guidance[] {
                        Guidance.NONE,
                        new Guidance(1.5, 0.6, true, Guidance.Target.BOTH),
                        new Guidance(0.7, 1, false, Guidance.Target.SHIFT)
                    }) {
                var sampler = new FlowSampler(model, Plan.uniform(new Sequential(3), blocks));
                var request = new Request(noise, labels, guidance, 0);
                var pictures = sampler.sample(request, SweepListener.NONE).orElseThrow();
                for (int i = 0; i < labels.length; i++) {
                    var expected = twin.sample(tokens(config, noise, i), labels[i], guidance);
                    assertClose(TarFlowCase.cut(model, pictures.get(i)), expected);
                }
            }

            var encoding = model.encode(noise, labels);
            var cut = TarFlowCase.cut(model, noise);
            for (int i = 0; i < labels.length; i++) {
                var expected = twin.encode(tokens(config, cut, i), labels[i]);
                int values = config.patches().values();
                var latents = new float[values];
                System.arraycopy(encoding.latents(), i * values, latents, 0, values);
                assertClose(latents, expected.latents());
                assertThat((double) encoding.logDeterminants()[i])
                        .isCloseTo(expected.logDeterminant(), within(1e-5));
            }
        }
    }

    private static double[][] tokens(TarFlowConfig config, float[] all, int picture) {
        int width = config.tokenWidth();
        var tokens = new double[config.patches().tokens()][width];
        for (int t = 0; t < tokens.length; t++) {
            for (int d = 0; d < width; d++) {
                tokens[t][d] = all[(picture * tokens.length + t) * width + d];
            }
        }
        return tokens;
    }

    private static void assertClose(float[] actual, double[][] expected) {
        int width = expected[0].length;
        for (int i = 0; i < actual.length; i++) {
            double wanted = expected[i / width][i % width];
            assertThat((double) actual[i])
                    .as("value %d", i)
                    .isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
        }
    }
}
