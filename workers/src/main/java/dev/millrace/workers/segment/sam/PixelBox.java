package dev.millrace.workers.segment.sam;

/**
 * A box of whole pixels; as SAM has it, the last column and row are {@code right} and {@code
 * bottom}.
 */
public record PixelBox(int left, int top, int right, int bottom) {
    private static final int NEAR = 20;

    /** What is around an empty mask. */
    static final PixelBox EMPTY = new PixelBox(0, 0, 0, 0);

    /** IoU as torchvision computes it: of the lines between pixels, not of the pixels. */
    double overlap(PixelBox other) {
        float across = Math.min(right, other.right) - Math.max(left, other.left);
        float down = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        float shared = Math.max(0, across) * Math.max(0, down);
        return shared / (area() + other.area() - shared);
    }

    private float area() {
        return (float) (right - left) * (bottom - top);
    }

    /**
     * Whether a side lies within {@value #NEAR} pixels of that side of a crop, but not of that of
     * the whole picture: then the crop cut something off.
     */
    public boolean isNearEdge(PixelBox crop, PixelBox whole) {
        return isNear(left, crop.left, whole.left)
                || isNear(top, crop.top, whole.top)
                || isNear(right, crop.right, whole.right)
                || isNear(bottom, crop.bottom, whole.bottom);
    }

    private static boolean isNear(int side, int crop, int whole) {
        return Math.abs(side - crop) <= NEAR && Math.abs(side - whole) > NEAR;
    }
}
