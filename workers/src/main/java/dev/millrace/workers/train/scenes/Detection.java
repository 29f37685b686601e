package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Mask;

/**
 * An object that was found in a picture.
 *
 * @param label of its class, from 0
 * @param score by which detections are ranked
 */
public record Detection(Mask mask, int label, double score) {
    public Detection {
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("a score must be finite, was " + score);
        }
    }
}
