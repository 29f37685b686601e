package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

/** How surely a mask shows a thing of a class. */
public interface ClassScores {
    /** What no mask of the class exceeds, in [0, 1]. */
    double bound(int label);

    /** In [0, {@link #bound}]. */
    double of(int label, Mask mask);
}
