package dev.millrace.workers.train.adapters;

/**
 * A text to learn from.
 *
 * @param ends which tokens end a sentence
 * @param notable tokens whose attention is learned from whenever this text is, beside those that
 *     are chosen at random
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record LabelledText(int[] tokens, boolean[] ends, int[] notable) {
    /** Without notable tokens. */
    public LabelledText(int[] tokens, boolean... ends) {
        this(tokens, ends, new int[0]);
    }
}
