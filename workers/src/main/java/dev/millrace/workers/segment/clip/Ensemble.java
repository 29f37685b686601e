package dev.millrace.workers.segment.clip;

/** Averages of embeddings. */
public final class Ensemble {
    private Ensemble() {}

    /** One unit vector for many embeddings: each is normalised, then their mean. */
    public static float[] of(float[][] embeddings) {
        if (embeddings.length == 0) {
            throw new IllegalArgumentException("an ensemble must have an embedding");
        }
        var sum = new double[embeddings[0].length];
        for (var embedding : embeddings) {
            double length = length(embedding);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += embedding[i] / length;
            }
        }
        double length = 0;
        for (double value : sum) {
            length += value * value;
        }
        var unit = new float[sum.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (sum[i] / Math.sqrt(length));
        }
        return unit;
    }

    private static double length(float... values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
