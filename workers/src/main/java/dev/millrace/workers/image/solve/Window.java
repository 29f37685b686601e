package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;

/**
 * Jacobi sweeps over a window that moves on as its tokens settle: a {@link Course} for each
 * picture. At tolerance 0 this is {@link Sequential}, computed wastefully.
 *
 * <p>Each picture has its own frontier and is computed as if it were alone.
 *
 * @param width of the window, in tokens; 1 or more
 * @param tolerance greatest change, of any value of a token, that counts as none
 */
public record Window(int width, double tolerance) implements Solver {
    /** Every token of exact ones. */
    public static final Window TOKENWISE = new Window(1, 0);

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
        var course = new Course(inversion, picture, this);
        while (!course.isDone()) {
            var run = course.next();
            double residual = course.sweep();
            if (!witness.saw(run, residual, course.frontier() + 1)) {
                return false;
            }
        }
        return true;
    }
}
