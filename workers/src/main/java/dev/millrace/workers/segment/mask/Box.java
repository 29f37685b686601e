package dev.millrace.workers.segment.mask;

/**
 * A rectangle with its sides along the axes, in pixels or cells; it ends before its right and
 * bottom edge, so a single pixel at the origin is (0, 0, 1, 1).
 */
public record Box(double left, double top, double right, double bottom) {
    public Box {
        boolean isFinite =
                Double.isFinite(left + top + right + bottom); // a sum with NaN or infinity is none
        if (!isFinite || right < left || bottom < top) {
            throw new IllegalArgumentException(
                    "a box must have finite edges, left <= right and top <= bottom, was (%s, %s, %s, %s)"
                            .formatted(left, top, right, bottom));
        }
    }

    public double width() {
        return right - left;
    }

    public double height() {
        return bottom - top;
    }

    public double area() {
        return width() * height();
    }

    public double intersection(Box other) {
        double wide = Math.min(right, other.right) - Math.max(left, other.left);
        double high = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        return wide <= 0 || high <= 0 ? 0 : wide * high;
    }

    /** Intersection over union, in [0, 1]; 0 for two boxes without area. */
    public double iou(Box other) {
        double common = intersection(other);
        return common == 0 ? 0 : common / (area() + other.area() - common);
    }

    /** The same box where each unit is so many of the old ones. */
    public Box scaled(double horizontally, double vertically) {
        return new Box(
                left * horizontally, top * vertically, right * horizontally, bottom * vertically);
    }

    /** What of it lies in a picture of that size. */
    public Box within(int width, int height) {
        return new Box(
                Math.clamp(left, 0.0, width),
                Math.clamp(top, 0.0, height),
                Math.clamp(right, 0.0, width),
                Math.clamp(bottom, 0.0, height));
    }
}
