package dev.millrace.workers.segment.sam;

/**
 * Where a picture lies in the square that a SAM looks at: in its upper left corner, as large as it
 * fits.
 *
 * @param side of the square
 */
public record Frame(int width, int height, int side) {
    public Frame {
        if (width < 1 || height < 1 || side < 1) {
            throw new IllegalArgumentException(
                    "a frame must have positive sizes, had %d, %d, %d"
                            .formatted(width, height, side));
        }
    }

    private int scaled(int length) {
        double scale = (double) side / Math.max(width, height);
        return Math.clamp((int) (length * scale + 0.5), 1, side);
    }

    public int scaledWidth() {
        return scaled(width);
    }

    public int scaledHeight() {
        return scaled(height);
    }

    /** A place in the picture as a place in the square. */
    float toSquareX(double x) {
        return (float) (x * ((double) scaledWidth() / width));
    }

    float toSquareY(double y) {
        return (float) (y * ((double) scaledHeight() / height));
    }
}
