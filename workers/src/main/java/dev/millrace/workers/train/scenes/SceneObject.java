package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Mask;

/**
 * An object of a scene.
 *
 * @param visible the pixels where nothing is before it; at least one
 * @param part those of them that its decal covers; may be empty
 * @param share how much of it is visible, in (0, 1]
 */
public record SceneObject(SceneClass kind, Mask visible, Mask part, double share) {
    /** What is smaller, in pixels, is not asked for. */
    static final int LEAST_AREA = 30;

    /** What is less visible is not asked for. */
    static final double LEAST_SHARE = 0.2;

    /** Too small or too hidden to be asked for. */
    public boolean isIgnored() {
        return share < LEAST_SHARE || visible.area() < LEAST_AREA;
    }

    public Truth truth() {
        return new Truth(visible, kind.index(), isIgnored());
    }
}
