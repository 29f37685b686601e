package dev.millrace.workers.segment.sam;

/**
 * How SAM's automatic mode asks and what it keeps.
 *
 * @param side points along each side of the grid
 * @param batch points that are asked about at once
 * @param minQuality what the predicted IoU must exceed; not asked for if 0
 * @param minStability what the stability must reach; not asked for if 0
 * @param offset of the stability's thresholds
 * @param overlap of boxes, beyond which the worse of two masks goes
 */
public record AutomaticSettings(
        int side,
        int batch,
        double minQuality,
        double minStability,
        double offset,
        double overlap) {
    /** SAM's own defaults. */
    public static final AutomaticSettings PUBLISHED =
            new AutomaticSettings(32, 64, 0.88, 0.95, 1.0, 0.7);

    public AutomaticSettings {
        if (side < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "side and batch must be positive, were %d and %d".formatted(side, batch));
        }
    }
}
