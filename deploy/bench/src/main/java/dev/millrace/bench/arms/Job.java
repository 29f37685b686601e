package dev.millrace.bench.arms;

import dev.millrace.bench.weights.ModelFiles;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

/**
 * What a decoder is opened for.
 *
 * @param batch sequences
 * @param capacity most tokens of each
 */
public record Job(ModelFiles files, Shape shape, Precision precision, int batch, int capacity) {
    public Job {
        if (batch < 1 || capacity < 1 || capacity > Shape.MAX_POSITIONS) {
            throw new IllegalArgumentException(
                    "batch must be at least 1 and capacity 1.."
                            + Shape.MAX_POSITIONS
                            + ", were "
                            + batch
                            + " and "
                            + capacity);
        }
    }
}
