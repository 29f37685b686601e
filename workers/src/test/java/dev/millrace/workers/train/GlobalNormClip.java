package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;

import java.util.Collection;

/**
 * Scales all gradients together so that their joint Euclidean norm is at most a limit: {@code g *=
 * min(1, limit / |g|)}.
 *
 * <p>The library's own {@code optClipGrad} cuts values on one side only, which changes the
 * direction.
 */
public record GlobalNormClip(double limit) {

    public GlobalNormClip {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("limit must be > 0, was " + limit);
        }
    }

    /** Clips in place and returns the norm as it was before. */
    public double clip(Collection<NDArray> gradients) {
        var norm = norm(gradients);
        if (!Double.isFinite(norm)) {
            throw new IllegalStateException("the gradient norm must be finite, was " + norm);
        }
        if (norm > limit) {
            gradients.forEach(gradient -> scale(gradient, limit / norm));
        }
        return norm;
    }

    private static double norm(Collection<NDArray> gradients) {
        var squares = 0.0;
        for (var gradient : gradients) {
            try (var _ = new NDScope()) {
                squares += gradient.square().sum().toFloatArray()[0];
            }
        }
        return Math.sqrt(squares);
    }

    private static void scale(NDArray gradient, double factor) {
        try (var _ = new NDScope()) {
            gradient.muli(factor);
        }
    }
}
