package dev.millrace.workers.train.adapters;

/**
 * A text to learn from.
 *
 * @param ends which tokens end a sentence
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record LabelledText(int[] tokens, boolean[] ends) {}
