package dev.millrace.protocol;

import java.util.List;

/**
 * How likely a token was under the model, before temperature and truncation.
 *
 * @param token its text; half a character is written as U+FFFD
 * @param bytes its UTF-8 bytes, each 0..255
 * @param logprob natural logarithm of its probability
 * @param top the likeliest tokens at this place, best first, without alternatives of their own
 */
public record TokenLogprob(
        String token, List<Integer> bytes, double logprob, List<TokenLogprob> top) {
    public TokenLogprob {
        bytes = List.copyOf(bytes);
        top = List.copyOf(top);
    }
}
