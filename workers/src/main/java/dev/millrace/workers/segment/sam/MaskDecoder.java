package dev.millrace.workers.segment.sam;

import java.util.List;

/** Draws masks in one picture. */
public interface MaskDecoder {
    int width();

    int height();

    /** Answers many prompts at once, in their order; places are in the picture's pixels. */
    Masks decode(List<Prompt> prompts);
}
