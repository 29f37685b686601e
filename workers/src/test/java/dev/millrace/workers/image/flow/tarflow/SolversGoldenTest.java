package dev.millrace.workers.image.flow.tarflow;

import static dev.millrace.workers.image.flow.Guidance.NONE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.solve.GaussSeidelJacobi;
import dev.millrace.workers.image.solve.Guess;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Solver;
import dev.millrace.workers.image.solve.Stop;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The solvers' pictures, and in how many sweeps, against GS-Jacobi's official code, in f32. */
class SolversGoldenTest {
    private static final double REVERSED = 2e-5;
    private static final double GUIDED = 5e-5;
    private static final int UNLIMITED = Integer.MAX_VALUE;

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
    void sweeps_converge_to_the_references_pictures_in_as_many_sweeps(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            var once = new Stop(UNLIMITED, golden.number("ebound"), golden.number("clamp"));
            var tight =
                    new Stop(UNLIMITED, golden.number("gsj_tight_ebound"), golden.number("clamp"));
            assertSwept(golden, "gsj_full", "z0", NONE, modules(golden, once), REVERSED, true);
            assertSwept(golden, "gsj_tight", "z0", NONE, modules(golden, tight), REVERSED, false);
            assertSwept(
                    golden,
                    "jac_full",
                    "z0",
                    NONE,
                    whole(golden, "jac_full_guess_list", once),
                    REVERSED,
                    true);
            assertSwept(
                    golden,
                    "gsj_cfg_full",
                    "z0",
                    golden.annealed(),
                    modules(golden, once),
                    GUIDED,
                    true);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sweeps_that_are_cut_short_leave_the_references_pictures(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            assertSwept(
                    golden,
                    "gsj_trunc",
                    "z0",
                    NONE,
                    modules(golden, atMost(golden, "gsj_trunc_max_jacobi")),
                    REVERSED,
                    true);
            assertSwept(
                    golden,
                    "jac_trunc",
                    "z0",
                    NONE,
                    whole(golden, "guess_list", atMost(golden, "jac_trunc_max_jacobi")),
                    REVERSED,
                    true);
            assertSwept(
                    golden,
                    "gsj_cfg_trunc",
                    "z0",
                    golden.annealed(),
                    modules(golden, atMost(golden, "gsj_cfg_trunc_max_jacobi")),
                    GUIDED,
                    true);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void clamping_changes_pictures_as_it_does_the_references(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            var stop = new Stop(UNLIMITED, golden.number("ebound"), golden.number("clamp"));
            float[] expected = golden.floats("rev_big");
            double greatest = 0;
            for (float value : expected) {
                greatest = Math.max(greatest, Math.abs(value));
            }

            float[] exact =
                    golden.sample(
                            golden.floats("z0_big"), NONE, golden.sequential(), SweepListener.NONE);

            TarFlowCase.assertClose("rev_big", exact, expected, Math.max(1e-3, 1e-5 * greatest));
            assertSwept(golden, "gsj_clamp", "z0_big", NONE, modules(golden, stop), GUIDED, true);
        }
    }

    private static Stop atMost(TarFlowCase golden, String key) {
        return new Stop(golden.integer(key), golden.number("ebound"), golden.number("clamp"));
    }

    /** The plan of the case, in modules. */
    private static Plan modules(TarFlowCase golden, Stop stop) {
        return plan(golden, golden.integers("num_GS_list"), "guess_list", stop);
    }

    /** Every block as one system. */
    private static Plan whole(TarFlowCase golden, String guesses, Stop stop) {
        var ones = golden.integers("num_GS_list").stream().map(_ -> 1).toList();
        return plan(golden, ones, guesses, stop);
    }

    private static Plan plan(TarFlowCase golden, List<Integer> modules, String guesses, Stop stop) {
        var solvers = new ArrayList<Solver>();
        for (int i = 0; i < modules.size(); i++) {
            var guess = golden.integers(guesses).get(i) == 0 ? Guess.INPUT : Guess.ZEROS;
            solvers.add(
                    GaussSeidelJacobi.published(
                            modules.get(i), golden.model.patches().tokens(), guess, stop));
        }
        return new Plan(solvers);
    }

    private static void assertSwept(
            TarFlowCase golden,
            String key,
            String noise,
            Guidance guidance,
            Plan plan,
            double tolerance,
            boolean countsSweeps) {
        var counted = new SweepCount(golden.model, plan);

        float[] sampled = golden.sample(golden.floats(noise), guidance, plan, counted);

        golden.assertClose(key, sampled, tolerance);
        if (countsSweeps) {
            var expected = golden.numbers.longs(key + "_iters");
            int columns = expected.length / golden.model.blocks();
            assertThat(counted.table(columns)).as(key + "_iters").isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_window_without_tolerance_makes_the_sequential_pictures(Path path) {
        try (var golden = new TarFlowCase(path, folder)) {
            for (var guidance : List.of(NONE, golden.annealed())) {
                float[] exact =
                        golden.sample(
                                golden.floats("z0"),
                                guidance,
                                golden.sequential(),
                                SweepListener.NONE);
                for (int width : List.of(1, 3, 16)) {
                    for (double tolerance : List.of(0.0, 1e-7)) {
                        var plan =
                                Plan.uniform(new Window(width, tolerance), golden.model.blocks());
                        float[] swept =
                                golden.sample(
                                        golden.floats("z0"), guidance, plan, SweepListener.NONE);
                        TarFlowCase.assertClose("window " + width, swept, exact, REVERSED);
                    }
                }
            }
        }
    }
}
