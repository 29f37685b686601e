package dev.millrace.workers.text.sample;

import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.tensor.Generator;

import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Draws the next token: the likeliest at temperature 0, else from softmax(logits / temperature),
 * cut to the {@code topK} likeliest and then to the fewest that hold {@code topP} of the rest.
 *
 * <p>Of equally likely tokens the one with the smaller id ranks first. Reuses its arrays; no
 * allocation per token beyond the answer.
 */
public final class Sampler {
    private static final int LANE = 0;

    private final float[] logits;
    private final Weights weights;

    /** For models whose output has this many tokens. */
    public Sampler(int vocabularySize) {
        logits = new float[vocabularySize];
        weights = new Weights(vocabularySize);
    }

    /**
     * Draws token number {@code index} of a generation from its logits; the buffer's position
     * stays.
     *
     * @throws ArithmeticException if the logits are no distribution: one is NaN or infinite, or all
     *     are minus infinity
     */
    public Sampled next(FloatBuffer buffer, TextParameters parameters, long index) {
        if (buffer.remaining() != logits.length) {
            throw new IllegalArgumentException(
                    "logits must be " + logits.length + ", were " + buffer.remaining());
        }
        buffer.get(buffer.position(), logits);
        int likeliest = likeliest();
        int token =
                parameters.temperature() == 0
                        ? likeliest
                        : drawn(parameters, logits[likeliest], index);
        return new Sampled(token, logprobs(parameters, likeliest, token));
    }

    private int likeliest() {
        int likeliest = 0;
        for (int token = 0; token < logits.length; token++) {
            float logit = logits[token];
            if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
                throw new ArithmeticException("the logit of token " + token + " is " + logit);
            }
            if (logit > logits[likeliest]) {
                likeliest = token;
            }
        }
        if (logits[likeliest] == Float.NEGATIVE_INFINITY) {
            throw new ArithmeticException("all logits are -Infinity");
        }
        return likeliest;
    }

    private int drawn(TextParameters parameters, float highest, long index) {
        weights.fill(logits, highest, parameters.temperature());
        weights.cut(parameters.topK(), parameters.topP());
        long bits = new Generator(parameters.seed()).bits(index, LANE);
        return weights.at(Math.unsignedMultiplyHigh(bits, weights.total()));
    }

    private Optional<Sampled.Logprobs> logprobs(
            TextParameters parameters, int likeliest, int token) {
        if (parameters.logprobs() == TextParameters.NO_LOGPROBS) {
            return Optional.empty();
        }
        return Optional.of(Likelihoods.of(logits, logits[likeliest], token, parameters.logprobs()));
    }
}
