package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/**
 * Jacobi sweeps over a window that moves on as its tokens settle.
 *
 * <p>Before the frontier nothing changes any more and keys and values are kept. A sweep reads the
 * tokens of the window. The one after the frontier is then exact, because all it depends on is; as
 * many more are taken for exact as changed by less than the tolerance, without a gap. At tolerance
 * 0 this is {@link Sequential}, computed wastefully.
 *
 * <p>Each picture has its own frontier and is computed as if it were alone.
 *
 * @param width of the window, in tokens; 1 or more
 * @param tolerance greatest change, of any value of a token, that counts as none
 */
public record Window(int width, double tolerance) implements Solver {
    public Window {
        if (width < 1 || !(tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "width must be at least 1 and tolerance at least 0, were %s and %s"
                            .formatted(width, tolerance));
        }
    }

    @Override
    public boolean solve(Inversion inversion, Witness witness) {
        for (int picture = 0; picture < inversion.pictures(); picture++) {
            witness.restart();
            if (!solve(inversion, picture, witness)) {
                return false;
            }
        }
        return true;
    }

    private boolean solve(Inversion inversion, int picture, Witness witness) {
        int last = inversion.tokens() - 1;
        int frontier = 0;
        while (frontier < last) {
            var run = new Run(picture, 1, frontier, Math.min(width, last - frontier));
            float[] changes = inversion.sweep(run, Double.POSITIVE_INFINITY).greatest();
            frontier += Math.min(run.count(), 1 + settled(changes));
            if (!witness.saw(run, greatest(changes), frontier + 1)) {
                return false;
            }
        }
        return true;
    }

    private int settled(float... changes) {
        int count = 0;
        while (count < changes.length && changes[count] < tolerance) {
            count++;
        }
        return count;
    }

    private static double greatest(float... changes) {
        float greatest = 0;
        for (float change : changes) {
            greatest = Math.max(greatest, change);
        }
        return greatest;
    }
}
