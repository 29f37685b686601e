package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.tarflow.Kernels;
import dev.millrace.workers.image.solve.GaussSeidelJacobi;
import dev.millrace.workers.image.solve.Guess;
import dev.millrace.workers.image.solve.Jacobi;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.Solver;
import dev.millrace.workers.image.solve.Stop;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.ElementType;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to make pictures.
 *
 * @param inner what layers compute in
 * @param kernels what computes them
 */
record Arm(String name, ElementType inner, Kernels kernels, Plan plan) {
    /** The first to be inverted, next to the noise, is by far the hardest. */
    private static final int HARD_MODULES = 8;

    private static final int HARD_SWEEPS = 32;
    private static final int EASY_SWEEPS = 10;

    static Arm sequential(int blocks, ElementType inner, Kernels kernels) {
        var name = "sequential " + name(inner, kernels);
        return new Arm(name, inner, kernels, Plan.uniform(new Sequential(), blocks));
    }

    /**
     * As published: [first-8-32-10], in 8 modules of at most 32 sweeps each the block next to the
     * noise, the others at once with at most 10.
     */
    static Arm published(int blocks, ElementType inner, Kernels kernels) {
        var solvers = new ArrayList<Solver>();
        for (int i = 0; i < blocks; i++) {
            solvers.add(
                    i == 0
                            ? new GaussSeidelJacobi(
                                    HARD_MODULES, Guess.INPUT, Stop.published(HARD_SWEEPS))
                            : new Jacobi(Guess.INPUT, Stop.published(EASY_SWEEPS)));
        }
        return new Arm("GS-Jacobi as published", inner, kernels, new Plan(solvers));
    }

    /** A window for each block; one of a single token is token after token for all pictures. */
    static Arm window(String name, ElementType inner, Kernels kernels, List<Window> windows) {
        List<Solver> solvers =
                windows.stream()
                        .<Solver>map(window -> window.width() == 1 ? new Sequential() : window)
                        .toList();
        return new Arm(name + " " + name(inner, kernels), inner, kernels, new Plan(solvers));
    }

    private static String name(ElementType type, Kernels kernels) {
        var number = type == ElementType.F32 ? "f32" : "bf16";
        return switch (kernels) {
            case SCRIPT -> number + ", tensor library";
            case VECTOR -> number + ", vector kernels";
        };
    }
}
