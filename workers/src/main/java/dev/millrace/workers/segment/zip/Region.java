package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;

/**
 * A thing as the clusters show it.
 *
 * @param cells on the grid; there is at least one
 */
public record Region(Mask cells) {
    public int area() {
        return cells.area();
    }

    /** Around it, in cells. */
    public Box box() {
        return cells.box().orElseThrow();
    }

    /** Around it, in pixels of a picture of that size. */
    public Box box(int height, int width) {
        return box().scaled((double) width / cells.width(), (double) height / cells.height());
    }
}
