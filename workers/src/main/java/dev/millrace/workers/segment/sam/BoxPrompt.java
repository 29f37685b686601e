package dev.millrace.workers.segment.sam;

/** A box around an object, in a picture's pixels. */
public record BoxPrompt(double left, double top, double right, double bottom) {
    public BoxPrompt {
        if (!(left <= right && top <= bottom) || Double.isInfinite(right - left + bottom - top)) {
            throw new IllegalArgumentException(
                    "a box must go from left and top to right and bottom, was %s, %s, %s, %s"
                            .formatted(left, top, right, bottom));
        }
    }
}
