package dev.millrace.workers.image.solve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How each block is solved, in the order of sampling: first the one next to the noise, the flow's
 * last.
 */
public record Plan(List<Solver> solvers) {
    public Plan {
        solvers = List.copyOf(solvers);
        if (solvers.isEmpty()) {
            throw new IllegalArgumentException("there must be a solver for each block");
        }
    }

    /** The same for all blocks. */
    public static Plan uniform(Solver solver, int blocks) {
        return new Plan(Collections.nCopies(blocks, solver));
    }

    /**
     * The paper's notation: for each block how many modules, how many sweeps at most, and which
     * guess (0 or 1).
     */
    public static Plan published(
            int tokens, List<Integer> modules, List<Integer> sweeps, List<Integer> guesses) {
        var solvers = new ArrayList<Solver>();
        for (int i = 0; i < modules.size(); i++) {
            var guess = guesses.get(i) == 0 ? Guess.INPUT : Guess.ZEROS;
            solvers.add(
                    GaussSeidelJacobi.published(
                            modules.get(i), tokens, guess, Stop.published(sweeps.get(i))));
        }
        return new Plan(solvers);
    }
}
