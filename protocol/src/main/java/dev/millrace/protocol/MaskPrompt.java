package dev.millrace.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Where a mask is wanted: in a box, at points, or both. All places are pixels of the picture as it
 * is shown, from its upper left corner.
 */
public record MaskPrompt(Optional<Box> box, List<Point> points) {
    public static final int MAX_POINTS = 16;

    public MaskPrompt {
        points = List.copyOf(points);
        if (points.size() > MAX_POINTS) {
            throw new IllegalArgumentException(
                    "a prompt must have at most %d points, had %d"
                            .formatted(MAX_POINTS, points.size()));
        }
        if (box.isEmpty() && points.isEmpty()) {
            throw new IllegalArgumentException("a prompt must have a box or points, had neither");
        }
    }

    /** Right and bottom lie above left and top. */
    public record Box(double left, double top, double right, double bottom) {
        public Box {
            requirePlace(left, top);
            requirePlace(right, bottom);
            if (right <= left || bottom <= top) {
                throw new IllegalArgumentException(
                        "a box must be [left, top, right, bottom] with right above left and bottom"
                                + " above top, was ["
                                + left
                                + ", "
                                + top
                                + ", "
                                + right
                                + ", "
                                + bottom
                                + "]");
            }
        }
    }

    /**
     * @param isInside whether what is wanted is there, or is not
     */
    public record Point(double x, double y, boolean isInside) {
        public Point {
            requirePlace(x, y);
        }
    }

    /**
     * @throws IllegalArgumentException if a box or point of it lies outside a picture
     */
    public void requireWithin(int width, int height) {
        box.ifPresent(each -> requireWithin(each.right(), each.bottom(), width, height));
        for (var point : points) {
            requireWithin(point.x(), point.y(), width, height);
        }
    }

    private static void requireWithin(double x, double y, int width, int height) {
        if (x > width || y > height) {
            throw new IllegalArgumentException(
                    "a prompt must lie within the picture, which is %dx%d, was at (%s, %s)"
                            .formatted(width, height, x, y));
        }
    }

    private static void requirePlace(double x, double y) {
        if (!(x >= 0 && y >= 0 && x <= PictureFile.MAX_SIDE && y <= PictureFile.MAX_SIDE)) {
            throw new IllegalArgumentException(
                    "a prompt's places must be 0..%d, was (%s, %s)"
                            .formatted(PictureFile.MAX_SIDE, x, y));
        }
    }
}
