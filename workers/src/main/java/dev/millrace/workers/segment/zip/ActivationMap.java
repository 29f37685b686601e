package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Resize;

/**
 * How much each pixel of a picture is like a class, in [0, 1].
 *
 * @param values [height, width]; handed over, not to be changed afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
public record ActivationMap(int height, int width, float[] values) {
    public ActivationMap {
        if (height < 1 || width < 1 || values.length != height * width) {
            throw new IllegalArgumentException(
                    "a map of %d x %d pixels must have as many values, had %d"
                            .formatted(height, width, values.length));
        }
    }

    /**
     * Similarities of a picture's parts to a class, from the least at 0 to the greatest at 1, then
     * mixed up to the picture's size. Where all are equal nothing is active: the map is 0.
     *
     * @param similarities [rows, columns]
     */
    public static ActivationMap of(
            float[] similarities, int rows, int columns, int height, int width) {
        return new ActivationMap(
                height, width, Resize.bilinear(spread(similarities), rows, columns, height, width));
    }

    private static float[] spread(float[] similarities) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (float similarity : similarities) {
            if (!Float.isFinite(similarity)) {
                throw new IllegalArgumentException(
                        "similarities must be finite, one was " + similarity);
            }
            least = Math.min(least, similarity);
            greatest = Math.max(greatest, similarity);
        }
        var spread = new float[similarities.length];
        for (int i = 0; greatest > least && i < spread.length; i++) {
            spread[i] = (similarities[i] - least) / (greatest - least);
        }
        return spread;
    }

    /** The pixels above a cut. */
    public Mask above(float cut) {
        return Mask.above(values, height, width, cut);
    }

    /** The cells of a grid above a cut; each takes the pixel at its corner. */
    public Mask above(float cut, int gridHeight, int gridWidth) {
        return Mask.above(
                Resize.nearest(values, height, width, gridHeight, gridWidth),
                gridHeight,
                gridWidth,
                cut);
    }
}
