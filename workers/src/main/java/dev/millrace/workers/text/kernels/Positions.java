package dev.millrace.workers.text.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.text.model.DecoderConfig;

/**
 * The cosines and sines by which tokens' queries and keys are turned; both are [tokens, 1,
 * headDim/2].
 *
 * <p>The angle is the f32 product of position and frequency, as the models were trained with: at
 * position 100,000 the exact product is off by a hundredth of a radian from it.
 */
public record Positions(NDArray cosines, NDArray sines) {
    /** Of the given positions; both live in {@code scope}. */
    public static Positions of(NDManager scope, DecoderConfig config, long... positions) {
        float[] frequencies = config.rope().inverseFrequencies(config.headDim());
        var cosines = new float[positions.length * frequencies.length];
        var sines = new float[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            float angle = positions[i / frequencies.length] * frequencies[i % frequencies.length];
            cosines[i] = (float) Math.cos(angle);
            sines[i] = (float) Math.sin(angle);
        }
        var shape = new Shape(positions.length, 1, frequencies.length);
        return new Positions(scope.create(cosines, shape), scope.create(sines, shape));
    }

    /** Of a run of positions. */
    public static Positions from(NDManager scope, DecoderConfig config, int first, int count) {
        return of(
                scope,
                config,
                java.util.stream.LongStream.range(first, (long) first + count).toArray());
    }
}
