package dev.millrace.workers.segment.clip;

import dev.millrace.workers.segment.clip.ClipConfig.Text;

/**
 * Which token's output stands for a text: the first end token. OpenAI's code takes the largest id,
 * which in its vocabulary is that token; configs with the old {@code eos_token_id} of 2 mean that.
 */
final class TextEnd {
    private TextEnd() {}

    /** The position in {@code ids}, for a config's {@code eos_token_id}. */
    static int of(long[] ids, int end) {
        return end == Text.LEGACY_END ? largest(ids) : first(ids, end);
    }

    private static int largest(long... ids) {
        int largest = 0;
        for (int i = 1; i < ids.length; i++) {
            largest = ids[i] > ids[largest] ? i : largest;
        }
        return largest;
    }

    private static int first(long[] ids, int end) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == end) {
                return i;
            }
        }
        throw new IllegalArgumentException("a text must have the end token %d".formatted(end));
    }
}
