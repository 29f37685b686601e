package dev.millrace.protocol;

import java.util.Optional;

/**
 * What a job cost.
 *
 * @param attendedFraction what the answer's tokens looked at, of what there was to look at: the
 *     mean over the steps; 1 if they looked at everything
 * @param selections how often the answer's tokens selected anew what to look at
 * @param kvBytes of memory for keys and values that the job held; 0 where nobody counts it
 * @param cachedTokens of the prompt that the worker had computed before, for an earlier job of the
 *     same owner; says how the last attempt went, nothing else depends on it
 * @param segmented of a job that found things in a picture
 */
public record Usage(
        int promptTokens,
        int completionTokens,
        double attendedFraction,
        long selections,
        long kvBytes,
        int cachedTokens,
        Optional<Segmented> segmented) {
    public Usage {
        if (!(attendedFraction > 0 && attendedFraction <= 1)) {
            throw new IllegalArgumentException(
                    "attended_fraction must be above 0 and at most 1, was " + attendedFraction);
        }
        if (selections < 0 || kvBytes < 0) {
            throw new IllegalArgumentException(
                    "selections and kv_bytes must not be negative, were "
                            + selections
                            + " and "
                            + kvBytes);
        }
        if (cachedTokens < 0 || cachedTokens > promptTokens) {
            throw new IllegalArgumentException(
                    "cached_tokens must be 0.."
                            + promptTokens
                            + ", the prompt's tokens, was "
                            + cachedTokens);
        }
    }

    /**
     * What finding things in a picture took.
     *
     * @param classes that seemed to be in the picture
     * @param prompts at which masks were drawn
     * @param masks that were told
     * @param firstMillis until the first mask was told, since this attempt began; all of them if
     *     there was none
     * @param millis of this attempt
     */
    public record Segmented(int classes, int prompts, int masks, long firstMillis, long millis) {
        public Segmented {
            if (classes < 0 || prompts < 0 || masks < 0 || firstMillis < 0 || millis < 0) {
                throw new IllegalArgumentException(
                        "counts and times must not be negative, were %d, %d, %d, %d and %d"
                                .formatted(classes, prompts, masks, firstMillis, millis));
            }
        }
    }

    /** Of a job that found things in a picture. */
    public Usage(Segmented segmented) {
        this(0, 0, 1, 0, 0, 0, Optional.of(segmented));
    }

    /** Of a job that continued a text. */
    public Usage(
            int promptTokens,
            int completionTokens,
            double attendedFraction,
            long selections,
            long kvBytes,
            int cachedTokens) {
        this(
                promptTokens,
                completionTokens,
                attendedFraction,
                selections,
                kvBytes,
                cachedTokens,
                Optional.empty());
    }

    /** Of a job of which only tokens are counted. */
    public Usage(int promptTokens, int completionTokens) {
        this(promptTokens, completionTokens, 1, 0, 0);
    }

    /** Of a job whose whole prompt was computed. */
    public Usage(
            int promptTokens,
            int completionTokens,
            double attendedFraction,
            long selections,
            long kvBytes) {
        this(promptTokens, completionTokens, attendedFraction, selections, kvBytes, 0);
    }

    /** Whether more than tokens was counted. */
    public boolean hasAttention() {
        return kvBytes > 0;
    }
}
