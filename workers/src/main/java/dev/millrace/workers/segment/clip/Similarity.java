package dev.millrace.workers.segment.clip;

import dev.millrace.workers.segment.picture.Bilinear;

/**
 * How alike a picture's tokens and some classes are, and the maps made of it, as CLIP Surgery does
 * it.
 *
 * @param values [tokens, classes]; the first token is the class token, the others are cells
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read by its makers
public record Similarity(float[] values, int tokens, int classes) {
    private static final double SHARPNESS = 2;

    public Similarity {
        if (tokens < 2 || classes < 1 || values.length != tokens * classes) {
            throw new IllegalArgumentException(
                    "%d tokens and %d classes must have as many values, had %d"
                            .formatted(tokens, classes, values.length));
        }
    }

    /** Along what the features of a picture are divided by their length. */
    public enum Axis {
        /** Each token by its own length, as CLIP does it. */
        CHANNELS,
        /** Each channel by its length over all tokens, as Zip's code does it. */
        TOKENS
    }

    /** Tokens [tokens, width] divided by their lengths along an axis. */
    public static float[] normalized(float[] features, int width, Axis axis) {
        int tokens = features.length / width;
        var lengths = new double[axis == Axis.CHANNELS ? tokens : width];
        for (int i = 0; i < features.length; i++) {
            lengths[axis == Axis.CHANNELS ? i / width : i % width] +=
                    (double) features[i] * features[i];
        }
        var unit = new float[features.length];
        for (int i = 0; i < features.length; i++) {
            double length = Math.sqrt(lengths[axis == Axis.CHANNELS ? i / width : i % width]);
            unit[i] = length > 0 ? (float) (features[i] / length) : 0;
        }
        return unit;
    }

    /**
     * Each class alone, less what every class shares.
     *
     * @param features normalised tokens [tokens, width]
     * @param classes their embeddings, [width] each
     * @param redundant the embedding of no class, [width]
     */
    public static Similarity without(float[] features, float[][] classes, float[] redundant) {
        int width = redundant.length;
        int tokens = features.length / width;
        var values = new float[tokens * classes.length];
        for (int c = 0; c < classes.length; c++) {
            for (int t = 0; t < tokens; t++) {
                double sum = 0;
                for (int i = 0; i < width; i++) {
                    sum += features[t * width + i] * ((double) classes[c][i] - redundant[i]);
                }
                values[t * classes.length + c] = (float) sum;
            }
        }
        return new Similarity(values, tokens, classes.length);
    }

    /** All classes together: what is shared is what they have in common in this picture. */
    public static Similarity among(float[] features, float[][] classes) {
        int width = classes[0].length;
        int tokens = features.length / width;
        var weights = weights(features, classes);
        var values = new float[tokens * classes.length];
        var products = new double[classes.length];
        for (int t = 0; t < tokens; t++) {
            var sums = new double[classes.length];
            for (int i = 0; i < width; i++) {
                double mean = 0;
                for (int c = 0; c < classes.length; c++) {
                    products[c] = features[t * width + i] * classes[c][i] * weights[c];
                    mean += products[c] / classes.length;
                }
                for (int c = 0; c < classes.length; c++) {
                    sums[c] += products[c] - mean;
                }
            }
            for (int c = 0; c < classes.length; c++) {
                values[t * classes.length + c] = (float) sums[c];
            }
        }
        return new Similarity(values, tokens, classes.length);
    }

    /** How likely the class token finds each class, relative to their mean. */
    private static double[] weights(float[] features, float[][] classes) {
        var weights = new double[classes.length];
        double total = 0;
        for (int c = 0; c < classes.length; c++) {
            double product = 0;
            for (int i = 0; i < classes[c].length; i++) {
                product += (double) features[i] * classes[c][i];
            }
            weights[c] = Math.exp(SHARPNESS * product);
            total += weights[c];
        }
        for (int c = 0; c < weights.length; c++) {
            weights[c] *= classes.length / total;
        }
        return weights;
    }

    /** A class's similarity to each cell, row by row. */
    public float[] cells(int index) {
        var cells = new float[tokens - 1];
        for (int t = 1; t < tokens; t++) {
            cells[t - 1] = values[t * classes + index];
        }
        return cells;
    }

    /**
     * A class's map, scaled to 0..1 and resized to a picture, [height, width].
     *
     * @param rows of cells
     */
    public float[] map(int index, int rows, int height, int width) {
        var cells = stretched(cells(index));
        return Bilinear.resize(cells, rows, cells.length / rows, height, width);
    }

    /** Values scaled so that the least is 0 and the greatest 1; all 0 if they are equal. */
    static float[] stretched(float... values) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
        float range = greatest - least;
        var stretched = new float[values.length];
        for (int i = 0; range > 0 && i < values.length; i++) {
            stretched[i] = (values[i] - least) / range;
        }
        return stretched;
    }
}
