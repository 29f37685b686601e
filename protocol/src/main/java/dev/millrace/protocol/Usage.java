package dev.millrace.protocol;

/**
 * What a job cost.
 *
 * @param attendedFraction what the answer's tokens looked at, of what there was to look at: the
 *     mean over the steps; 1 if they looked at everything
 * @param selections how often the answer's tokens selected anew what to look at
 * @param kvBytes of memory for keys and values that the job held; 0 where nobody counts it
 * @param cachedTokens of the prompt that the worker had computed before, for an earlier job of the
 *     same owner; says how the last attempt went, nothing else depends on it
 */
public record Usage(
        int promptTokens,
        int completionTokens,
        double attendedFraction,
        long selections,
        long kvBytes,
        int cachedTokens) {
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
