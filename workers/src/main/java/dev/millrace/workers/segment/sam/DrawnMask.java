package dev.millrace.workers.segment.sam;

import dev.millrace.workers.segment.mask.Mask;

/**
 * One mask, thresholded.
 *
 * @param stability how much of the mask at a lower threshold is left at a higher one, 0 to 1; NaN
 *     for a mask that is empty even at the lower one
 */
public record DrawnMask(Mask mask, PixelBox box, int area, float stability) {
    /** SAM's threshold of logits. */
    public static final float THRESHOLD = 0;

    /**
     * @param logits [height, width]
     * @param offset by how much both thresholds of the stability are apart from the mask's own
     */
    public static DrawnMask of(int width, int height, float[] logits, double offset) {
        var mask = Mask.above(logits, height, width, THRESHOLD);
        return new DrawnMask(mask, box(mask), mask.area(), stability(logits, offset));
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

    private static PixelBox box(Mask mask) {
        return mask.box()
                .map(box ->
                        new PixelBox(
                                (int) box.left(),
                                (int) box.top(),
                                (int) box.right() - 1,
                                (int) box.bottom() - 1))
                .orElse(PixelBox.EMPTY);
    }
}
