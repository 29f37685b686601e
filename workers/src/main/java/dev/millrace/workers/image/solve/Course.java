package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/**
 * The way of one picture through one block that the inversion has entered, sweep by sweep: a window
 * behind a frontier.
 *
 * <p>Before the frontier nothing changes any more and keys and values are kept. A sweep reads the
 * tokens of the window. The one after the frontier is then exact, because all it depends on is; as
 * many more are taken for exact as changed by less than the tolerance, without a gap.
 *
 * <p>A guess may be so far off that what is computed of it is no number, although the solution is
 * one. From then on the window is one token wide: every value is computed of exact ones.
 */
public final class Course {
    private final Inversion inversion;
    private final int picture;
    private final double tolerance;
    private int width;
    private int frontier;
    private boolean isTokenwise;
    private int doubted = -1;

    public Course(Inversion inversion, int picture, Window window) {
        this.inversion = inversion;
        this.picture = picture;
        this.tolerance = window.tolerance();
        this.width = window.width();
    }

    /** Whether every token is known. */
    public boolean isDone() {
        return frontier == inversion.tokens() - 1;
    }

    /** What the next sweep reads. */
    public Run next() {
        return new Run(picture, 1, frontier, Math.min(width, inversion.tokens() - 1 - frontier));
    }

    /**
     * Makes a sweep and moves the frontier on.
     *
     * @return the greatest change of any value; no number if values that are none were involved
     * @throws NoNumbersException if the solution itself is none
     */
    public double sweep() {
        return advance(inversion.sweep(next(), Double.POSITIVE_INFINITY).greatest());
    }

    /** Goes on with what a sweep of {@link #next} has changed. */
    public double advance(float... changes) {
        float greatest = greatest(changes);
        if (!Float.isFinite(greatest)) {
            width = 1;
            isTokenwise = true;
        }
        if (Float.isFinite(changes[0])) {
            frontier += Math.min(changes.length, 1 + settled(changes));
        } else {
            lookAgain(changes[0]);
        }
        return greatest;
    }

    /**
     * The token after the frontier depends on known ones alone. If only its guess was no number,
     * the next sweep changes nothing.
     */
    private void lookAgain(float change) {
        if (doubted == frontier) {
            throw new NoNumbersException(frontier + 1, change);
        }
        doubted = frontier;
    }

    private int settled(float... changes) {
        int count = 0;
        while (count < changes.length && changes[count] < tolerance) {
            count++;
        }
        return count;
    }

    private static float greatest(float... changes) {
        float greatest = 0;
        for (float change : changes) {
            greatest = Math.max(greatest, change);
        }
        return greatest;
    }

    /** Tokens before this one and it will not change any more. */
    public int frontier() {
        return frontier;
    }

    /** Whether guesses had to be given up. */
    public boolean isTokenwise() {
        return isTokenwise;
    }
}
