package dev.millrace.protocol;

import java.util.List;

/**
 * How a text is continued. All values are set: the gateway fills in the model's defaults and draws
 * a seed, so that every attempt at a job computes the same.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param temperature 0 (greedy) to 2
 * @param topP above 0, to 1
 * @param topK 0 for no limit
 * @param seed token i is a function of the seed and i
 * @param stop at most 16 strings; the text ends before the first one met
 * @param logprobs how many alternatives to report with each token (0..20); {@link #NO_LOGPROBS}
 *     reports none at all
 * @param attention one that the model offers
 */
public record TextParameters(
        int maxTokens,
        double temperature,
        double topP,
        int topK,
        long seed,
        List<String> stop,
        int logprobs,
        Attention attention) {
    public static final int NO_LOGPROBS = -1;
    public static final int MAX_LOGPROBS = 20;
    public static final int MAX_STOPS = 16;
    public static final int MAX_STOP_LENGTH = 1024;

    public TextParameters {
        stop = List.copyOf(stop);
        require(maxTokens >= 1, "max_tokens must be at least 1, was " + maxTokens);
        require(
                temperature >= 0 && temperature <= 2,
                "temperature must be 0..2, was " + temperature);
        require(topP > 0 && topP <= 1, "top_p must be above 0 and at most 1, was " + topP);
        require(topK >= 0, "top_k must be at least 0, was " + topK);
        require(
                stop.size() <= MAX_STOPS,
                "stop must hold at most " + MAX_STOPS + " strings, held " + stop.size());
        require(stop.stream().noneMatch(String::isEmpty), "stop must not hold an empty string");
        require(
                stop.stream().allMatch(s -> s.length() <= MAX_STOP_LENGTH),
                "a stop string must have at most " + MAX_STOP_LENGTH + " characters");
        require(
                logprobs >= NO_LOGPROBS && logprobs <= MAX_LOGPROBS,
                "top_logprobs must be 0.." + MAX_LOGPROBS + ", was " + logprobs);
    }

    /** With the attention that the model's folder names. */
    public TextParameters(
            int maxTokens,
            double temperature,
            double topP,
            int topK,
            long seed,
            List<String> stop,
            int logprobs) {
        this(maxTokens, temperature, topP, topK, seed, stop, logprobs, Attention.AUTO);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
