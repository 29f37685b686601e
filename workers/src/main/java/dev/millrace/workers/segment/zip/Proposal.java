package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

/**
 * A mask that may be told.
 *
 * @param mask of the picture's size
 * @param label of its class
 * @param score how sure it is, in [0, 1]
 */
public record Proposal(Mask mask, int label, double score) {
    public Proposal {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("a score must be 0..1, was " + score);
        }
    }
}
