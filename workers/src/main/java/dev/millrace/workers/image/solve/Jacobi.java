package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/**
 * All tokens at once, again and again, until they stop changing (arXiv:2505.12849, algorithm 1).
 *
 * <p>The dependence on earlier tokens is strictly triangular: after k sweeps the first k + 1 tokens
 * are exact whatever the guess was.
 */
public record Jacobi(Guess guess, Stop stop) implements Solver {
    @Override
    public boolean solve(Inversion inversion, Witness witness) {
        guess.apply(inversion);
        int count = inversion.tokens() - 1;
        var run = new Run(0, inversion.pictures(), 0, count);
        int sweeps = stop.sweepsFor(count);
        for (int sweep = 1; sweep <= sweeps; sweep++) {
            var change = inversion.sweep(run, stop.limit());
            double residual = Stop.residual(inversion, change, inversion.clampFirst(stop.limit()));
            boolean isLast = sweep == sweeps || stop.isReached(residual);
            if (!witness.saw(run, residual, isLast ? inversion.tokens() : sweep + 1)) {
                return false;
            }
            if (isLast) {
                return true;
            }
        }
        return true;
    }
}
