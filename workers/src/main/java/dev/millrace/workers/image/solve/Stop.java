package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Change;

/**
 * When published Jacobi sweeps end, and what they may grow to.
 *
 * @param maxSweeps at most
 * @param bound no further sweep once the Euclidean norm of the change, over all pictures together,
 *     divided by pictures and token width, is at most this
 * @param limit tokens are clamped to [-limit, limit]: 3 as published, infinite for exact results
 */
public record Stop(int maxSweeps, double bound, double limit) {
    public static final double PUBLISHED_BOUND = 1e-6;
    public static final double PUBLISHED_LIMIT = 3;

    public Stop {
        if (maxSweeps < 1 || !(bound >= 0) || !(limit > 0)) {
            throw new IllegalArgumentException(
                    "maxSweeps must be at least 1, bound at least 0 and limit > 0, were %s, %s, %s"
                            .formatted(maxSweeps, bound, limit));
        }
    }

    /** As published, with so many sweeps at most. */
    public static Stop published(int maxSweeps) {
        return new Stop(maxSweeps, PUBLISHED_BOUND, PUBLISHED_LIMIT);
    }

    /** Token t is exact after t sweeps, so that many and one more change nothing. */
    int sweepsFor(int tokens) {
        return Math.min(maxSweeps, tokens + 1);
    }

    boolean isReached(double residual) {
        return residual <= bound;
    }

    static double residual(Inversion inversion, Change... changes) {
        double squares = 0;
        for (var change : changes) {
            squares += change.norm() * change.norm();
        }
        return Math.sqrt(squares) / (inversion.pictures() * inversion.tokenWidth());
    }
}
