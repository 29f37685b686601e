package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/**
 * Modules of tokens one after another, and inside a module Jacobi sweeps (arXiv:2505.12849,
 * algorithm 2).
 *
 * <p>As published, a module's keys and values stay those of its last sweep, which read the values
 * before that sweep.
 *
 * @param modules how many; must divide the number of tokens
 */
public record GaussSeidelJacobi(int modules, Guess guess, Stop stop) implements Solver {
    public GaussSeidelJacobi {
        if (modules < 2) {
            throw new IllegalArgumentException("modules must be at least 2, was " + modules);
        }
    }

    /**
     * What the published lists mean by one of their entries: no modules or as many as tokens is
     * {@link Sequential}, one is {@link Jacobi}.
     */
    public static Solver published(int modules, int tokens, Guess guess, Stop stop) {
        if (modules < 1 || modules == tokens) {
            return new Sequential();
        }
        return modules == 1 ? new Jacobi(guess, stop) : new GaussSeidelJacobi(modules, guess, stop);
    }

    @Override
    public boolean solve(Inversion inversion, Witness witness) {
        int tokens = inversion.tokens();
        if (tokens % modules != 0) {
            throw new IllegalArgumentException(
                    "modules must divide %d tokens, was %d".formatted(tokens, modules));
        }
        guess.apply(inversion);
        int length = tokens / modules;
        for (int first = 0; first < tokens - 1; first += length) {
            int count = Math.min(length, tokens - 1 - first);
            var run = new Run(0, inversion.pictures(), first, count);
            if (!sweep(inversion, run, witness)) {
                return false;
            }
        }
        return true;
    }

    private boolean sweep(Inversion inversion, Run run, Witness witness) {
        int sweeps = stop.sweepsFor(run.count());
        for (int sweep = 1; sweep <= sweeps; sweep++) {
            double residual = Stop.residual(inversion, inversion.sweep(run, stop.limit()));
            boolean isLast = sweep == sweeps || stop.isReached(residual);
            int done = isLast ? run.count() : sweep;
            if (!witness.saw(run, residual, run.first() + done + 1)) {
                return false;
            }
            if (isLast) {
                return true;
            }
        }
        return true;
    }
}
