package dev.millrace.workers.text;

import dev.millrace.protocol.TokenLogprob;
import dev.millrace.workers.text.sample.Sampled;
import dev.millrace.workers.text.tokens.Tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts a drawn token's log probabilities into words. */
final class Logprobs {
    private Logprobs() {}

    /** One entry for the token if it was asked for, else none. */
    static List<TokenLogprob> of(Tokenizer tokenizer, Sampled sampled) {
        return sampled.logprobs().stream()
                .map(known ->
                        told(
                                tokenizer,
                                sampled.token(),
                                known.drawn(),
                                known.top().stream()
                                        .map(top ->
                                                told(
                                                        tokenizer,
                                                        top.token(),
                                                        top.logprob(),
                                                        List.of()))
                                        .toList()))
                .toList();
    }

    private static TokenLogprob told(
            Tokenizer tokenizer, int token, double logprob, List<TokenLogprob> top) {
        byte[] bytes = tokenizer.bytesOf(token);
        var values = new ArrayList<Integer>(bytes.length);
        for (byte value : bytes) {
            values.add(Byte.toUnsignedInt(value));
        }
        return new TokenLogprob(new String(bytes, StandardCharsets.UTF_8), values, logprob, top);
    }
}
