package dev.millrace.workers.image.flow.tarflow;

import static dev.millrace.workers.image.flow.Guidance.NONE;
import static dev.millrace.workers.image.flow.Guidance.Target.BOTH;
import static dev.millrace.workers.image.flow.Guidance.Target.SHIFT;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * TarFlow and its solvers against the official code of both papers, in f32.
 *
 * <p>Differences are those of sums in another order: a few 1e-6. The limits are what separates them
 * from a wrong epsilon, temperature or order of tokens, which are off by 1e-3 and more.
 */
class TarFlowGoldenTest {
    private static final double ONCE = 1e-5;
    private static final double REVERSED = 2e-5;
    private static final double GUIDED = 5e-5;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    static List<Path> cases() {
        return Goldens.vectorsOf("tarflow");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pictures_are_cut_into_the_references_tokens(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            golden.assertClose("patches", golden.cut(golden.floats("x")), 0);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void latents_and_likelihood_are_the_references(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            assertEncoded(golden, "", golden.labels("y"));
            if (golden.hasClasses()) {
                assertEncoded(golden, "_drop", golden.labels("y_drop"));
                assertEncoded(golden, "_ynull", golden.none());
            }
        }
    }

    private static void assertEncoded(TarFlowCase golden, String suffix, int... labels) {
        var encoding = golden.model.encode(golden.floats("x"), labels);

        golden.assertClose("fwd_z" + suffix, encoding.latents(), ONCE);
        golden.assertClose("fwd_logdets" + suffix, encoding.logDeterminants(), 1e-6);
        golden.assertClose("fwd_loss" + suffix, new float[] {(float) encoding.loss()}, 1e-6);
        if (golden.has("fwd_block_outputs" + suffix)) {
            var outputs = TarFlowCase.joined(List.of(encoding.outputs()));
            golden.assertClose("fwd_block_outputs" + suffix, outputs, ONCE);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_block_is_inverted_as_the_reference_does(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            int batch = golden.integer("batch");
            float[] expected = golden.floats("rev_seq");
            var noise = golden.floats("z0");
            try (var inversion = golden.model.invert(noise, golden.labels("y"), NONE)) {
                int size = noise.length;
                for (int i = 1; i <= golden.model.blocks(); i++) {
                    inversion.enter(golden.model.blocks() - i);
                    inversion.advance(new Run(0, batch, 0, inversion.tokens() - 1));
                    assertPictures(inversion::picture, batch, expected, i, size);
                }
            }
        }
    }

    private static void assertPictures(
            IntFunction<float[]> pictures, int batch, float[] expected, int stage, int size) {
        var actual = new ArrayList<float[]>();
        for (int i = 0; i < batch; i++) {
            actual.add(pictures.apply(i));
        }
        TarFlowCase.assertClose(
                "rev_seq " + stage,
                TarFlowCase.joined(actual),
                Arrays.copyOfRange(expected, stage * size, (stage + 1) * size),
                REVERSED);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void samples_are_the_references_with_and_without_guidance(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            double temperature = golden.number("attn_temp");
            assertSampled(golden, "rev", NONE, REVERSED);
            assertSampled(golden, "rev_cfg", golden.guidance(temperature, false, BOTH), GUIDED);
            assertSampled(golden, "rev_cfg_annealed", golden.annealed(), GUIDED);
            assertSampled(
                    golden, "rev_cfg_bonly", golden.guidance(temperature, false, SHIFT), GUIDED);
            if (golden.has("rev_cfg_t1")) {
                assertSampled(golden, "rev_cfg_t1", golden.guidance(1, false, BOTH), GUIDED);
            }
        }
    }

    private static void assertSampled(
            TarFlowCase golden, String key, Guidance guidance, double tolerance) {
        float[] sampled =
                golden.sample(
                        golden.floats("z0"), guidance, golden.sequential(), SweepListener.NONE);

        golden.assertClose(key, sampled, tolerance);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_was_encoded_is_sampled_again(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            float[] latents = golden.floats("fwd_z");
            float[] deviation = golden.model.weights().deviation();
            for (int i = 0; i < latents.length; i++) {
                latents[i] /= deviation[i % deviation.length];
            }

            float[] again = golden.sample(latents, NONE, golden.sequential(), SweepListener.NONE);

            golden.assertClose("roundtrip", again, GUIDED);
            TarFlowCase.assertClose("x", again, golden.floats("x"), GUIDED);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noise_is_taken_away_along_the_references_gradient(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            for (var key : List.of("rev", "rev_cfg_annealed")) {
                float[] noisy = golden.floats(key);
                double multiple = golden.number("denoise_lr_mult_" + key);

                float[] gradient = golden.model.gradient(noisy, golden.labels("y"));
                float[] cleaned = golden.model.denoised(noisy, golden.labels("y"), multiple);

                golden.assertClose(key + "_denoise_grad", gradient, 1e-6);
                golden.assertClose(key + "_denoised", cleaned, REVERSED);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_block_alone_is_swept_as_the_reference_does(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            int last = golden.model.blocks() - 1;
            int batch = golden.integer("batch");
            for (int guess = 0; guess < 2; guess++) {
                try (var inversion = entered(golden, last)) {
                    if (guess == 1) {
                        inversion.guessZeros();
                    }
                    for (int k = 1; k <= 3; k++) {
                        inversion.sweep(new Run(0, batch, 0, inversion.tokens() - 1), 3);
                        inversion.clampFirst(3);
                        golden.assertClose(
                                "blk_jac_guess%d_k%d".formatted(guess, k),
                                tokens(golden, inversion),
                                ONCE);
                    }
                }
            }
            try (var inversion = entered(golden, last)) {
                inversion.advance(new Run(0, batch, 0, inversion.tokens() - 1));
                golden.assertClose("blk_seq", tokens(golden, inversion), ONCE);
            }
        }
    }

    private static Inversion entered(TarFlowCase golden, int block) {
        float[] input = golden.floats("blk_in");
        float[] deviation = golden.model.weights().deviation();
        for (int i = 0; i < input.length; i++) {
            input[i] /= deviation[i % deviation.length];
        }
        var inversion = golden.model.invert(input, golden.labels("y"), NONE);
        inversion.enter(block);
        return inversion;
    }

    private static float[] tokens(TarFlowCase golden, Inversion inversion) {
        var pictures = new ArrayList<float[]>();
        for (int i = 0; i < inversion.pictures(); i++) {
            pictures.add(inversion.picture(i));
        }
        return golden.cut(TarFlowCase.joined(pictures));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_measures_of_convergence_are_the_references(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            assertMeasured(golden, "", golden.labels("y"));
            if (golden.hasClasses()) {
                assertMeasured(golden, "_ynull", golden.none());
            }
        }
    }

    private static void assertMeasured(TarFlowCase golden, String suffix, int... labels) {
        var measures = BlockMeasures.of(golden.model, golden.floats("x"), labels);
        var guesses = new float[2 * measures.size()];
        var rankings = new float[4 * measures.size()];
        for (int i = 0; i < measures.size(); i++) {
            var block = measures.get(i);
            guesses[2 * i] = (float) block.fromInput();
            guesses[2 * i + 1] = (float) block.fromZeros();
            rankings[4 * i] = (float) block.scaled();
            rankings[4 * i + 1] = (float) block.scaleWeight();
            rankings[4 * i + 2] = (float) block.shiftWeight();
            rankings[4 * i + 3] = (float) block.ranking();
        }

        golden.assertClose("igm" + suffix, guesses, 1e-4);
        golden.assertClose("crm" + suffix, rankings, 1e-4);
    }
}
