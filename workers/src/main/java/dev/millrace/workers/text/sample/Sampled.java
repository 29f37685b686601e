package dev.millrace.workers.text.sample;

import java.util.List;
import java.util.Optional;

/**
 * The token that was drawn.
 *
 * @param logprobs there if the parameters ask for them
 */
public record Sampled(int token, Optional<Logprobs> logprobs) {
    /**
     * How likely tokens were by the model alone, before temperature and truncation.
     *
     * @param drawn of the token that was drawn, in nats
     * @param top the likeliest tokens, best first
     */
    public record Logprobs(double drawn, List<Ranked> top) {
        public Logprobs {
            top = List.copyOf(top);
        }
    }

    public record Ranked(int token, double logprob) {}
}
