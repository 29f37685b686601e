package dev.millrace.protocol;

import java.util.List;

/**
 * How likely a token was under the model, before temperature and truncation.
 *
 * @param token its text; half a character is written as U+FFFD
 * @param bytes its UTF-8 bytes, each 0..255
 * @param logprob natural logarithm of its probability; {@link #FLOOR} for what is all but
 *     impossible
 * @param top the likeliest tokens at this place, best first, without alternatives of their own
 */
public record TokenLogprob(
        String token, List<Integer> bytes, double logprob, List<TokenLogprob> top) {
    /** What is all but impossible; clients of the OpenAI API know this number. */
    public static final double FLOOR = -9999;

    public TokenLogprob {
        if (Double.isNaN(logprob)) {
            throw new IllegalArgumentException("logprob must be a number, was NaN");
        }
        logprob = Math.max(logprob, FLOOR);
        bytes = List.copyOf(bytes);
        top = List.copyOf(top);
    }
}
