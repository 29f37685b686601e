package dev.millrace.workers.segment.sam;

/** A point in a picture's pixels, to the right and down, and what it says. */
public record PointPrompt(double x, double y, Label label) {
    public PointPrompt {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            throw new IllegalArgumentException(
                    "a point must be finite, was %s, %s".formatted(x, y));
        }
    }

    public static PointPrompt positive(double x, double y) {
        return new PointPrompt(x, y, Label.POSITIVE);
    }

    public static PointPrompt negative(double x, double y) {
        return new PointPrompt(x, y, Label.NEGATIVE);
    }
}
