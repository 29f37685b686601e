package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/**
 * One token after another: exact, and what every other solver is compared with.
 *
 * @param stride tokens between two words to the listener
 */
public record Sequential(int stride) implements Solver {
    private static final int STRIDE = 32;

    public Sequential {
        if (stride < 1) {
            throw new IllegalArgumentException("stride must be at least 1, was " + stride);
        }
    }

    public Sequential() {
        this(STRIDE);
    }

    @Override
    public boolean solve(Inversion inversion, Witness witness) {
        int last = inversion.tokens() - 1;
        for (int first = 0; first < last; first += stride) {
            var run = new Run(0, inversion.pictures(), first, Math.min(stride, last - first));
            inversion.advance(run);
            if (!witness.saw(run, 0, first + run.count() + 1)) {
                return false;
            }
        }
        return true;
    }
}
