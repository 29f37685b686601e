package dev.millrace.workers.segment.sam;

import java.util.List;

/**
 * The masks that answer some prompts: for each the single one first, which suits a box or several
 * points, then those of a lone point's different readings. Holds nothing that must be closed.
 */
public interface Masks {
    /** One of the masks of one of the prompts, both counted from 0. */
    record Place(int prompt, int mask) {}

    int prompts();

    /** How many masks each prompt has, 4 as published. */
    int perPrompt();

    /** What the decoder takes a mask's IoU with the object to be. */
    float quality(Place place);

    /** Logits as the decoder draws them, square, such as a prompt can be refined with. */
    float[] small(Place place);

    /**
     * Logits at the picture's size, [height, width] each; a pixel of more than 0 is in the mask.
     */
    List<float[]> logits(List<Place> places);
}
