package dev.millrace.workers.segment.sam;

import java.util.BitSet;

/**
 * One mask, thresholded.
 *
 * @param pixels row by row
 * @param stability how much of the mask at a lower threshold is left at a higher one, 0 to 1; NaN
 *     for a mask that is empty even at the lower one
 */
public record DrawnMask(
        int width, int height, BitSet pixels, PixelBox box, int area, float stability) {
    /** SAM's threshold of logits. */
    public static final float THRESHOLD = 0;

    /**
     * @param logits [height, width]
     * @param offset by how much both thresholds of the stability are apart from the mask's own
     */
    public static DrawnMask of(int width, int height, float[] logits, double offset) {
        if (logits.length != width * height) {
            throw new IllegalArgumentException(
                    "a mask of %d x %d must have as many logits, had %d"
                            .formatted(width, height, logits.length));
        }
        var pixels = new BitSet(logits.length);
        for (int i = 0; i < logits.length; i++) {
            if (logits[i] > THRESHOLD) {
                pixels.set(i);
            }
        }
        int area = pixels.cardinality();
        return new DrawnMask(
                width, height, pixels, box(pixels, width), area, stability(logits, offset));
    }

    private static float stability(float[] logits, double offset) {
        float high = (float) (THRESHOLD + offset);
        float low = (float) (THRESHOLD - offset);
        int inner = 0;
        int outer = 0;
        for (float logit : logits) {
            inner += logit > high ? 1 : 0;
            outer += logit > low ? 1 : 0;
        }
        return (float) inner / outer;
    }

    private static PixelBox box(BitSet pixels, int width) {
        if (pixels.isEmpty()) {
            return PixelBox.EMPTY;
        }
        int left = Integer.MAX_VALUE;
        int right = 0;
        for (int at = pixels.nextSetBit(0); at >= 0; at = pixels.nextSetBit(at)) {
            int end = Math.min(pixels.nextClearBit(at), (at / width + 1) * width);
            left = Math.min(left, at % width);
            right = Math.max(right, (end - 1) % width);
            at = end;
        }
        return new PixelBox(
                left, pixels.nextSetBit(0) / width, right, (pixels.length() - 1) / width);
    }
}
