package dev.millrace.bench.weights;

import java.util.SplittableRandom;

/**
 * Values that keep a decoder's numbers in their usual range: uniform with a mean of 0 and a
 * deviation of 1/sqrt(inputs) in matrices, of 0.02 in the embedding; norms are 1 plus a little.
 */
final class RandomWeights {
    private static final long SEED = 0x5eed_0000_0001L;
    private static final double EMBEDDING_DEVIATION = 0.02;
    private static final double NORM_DEVIATION = 0.1;

    private RandomWeights() {}

    /** A tensor's values, row by row: a function of its name and size. */
    static float[] of(LlamaTensor tensor) {
        var random = new SplittableRandom(SEED ^ ((long) tensor.name().hashCode() << 16));
        float mean = mean(tensor);
        float reach = (float) (Math.sqrt(3) * deviation(tensor)); // of a uniform distribution
        var values = new float[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = mean + reach * random.nextInt() * 0x1p-31f;
        }
        return values;
    }

    private static float mean(LlamaTensor tensor) {
        return switch (tensor.kind()) {
            case NORM -> 1;
            case EMBEDDING, MATRIX -> 0;
        };
    }

    private static double deviation(LlamaTensor tensor) {
        return switch (tensor.kind()) {
            case EMBEDDING -> EMBEDDING_DEVIATION;
            case MATRIX -> 1 / Math.sqrt(tensor.columns());
            case NORM -> NORM_DEVIATION;
        };
    }
}
