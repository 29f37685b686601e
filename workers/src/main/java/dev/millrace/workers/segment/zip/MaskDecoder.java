package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.List;

/** Draws what prompts ask for, in one picture. */
public interface MaskDecoder {
    /**
     * Draws all prompts at once: one candidate where a box says how large the thing is, several
     * where points leave it open.
     *
     * @return as many lists as prompts, in their order
     */
    List<List<Candidate>> decode(List<Prompt> prompts);

    /**
     * A possible answer.
     *
     * @param mask of the picture's size
     * @param iou what the decoder believes its overlap with the true mask to be
     * @param stability overlap of the masks at a higher and a lower threshold, in [0, 1]
     */
    record Candidate(Mask mask, double iou, double stability) {}
}
