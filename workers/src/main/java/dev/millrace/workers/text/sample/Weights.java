package dev.millrace.workers.text.sample;

import java.util.Arrays;

/**
 * Probabilities as whole numbers, in units of 2^-44 of the largest. Sums of them are exact in every
 * order, so a partial selection keeps the very tokens a full sort would, and a draw lands on the
 * same token wherever it is repeated. What rounds to nothing is never drawn.
 */
final class Weights {
    private static final double ONE = 0x1p44;

    /** Exponents below give less than one unit. */
    private static final double LEAST = -44 * Math.log(2);

    /** The sum of all must fit a long. */
    private static final int MOST_TOKENS = 1 << 18;

    private static final int DIGIT = 12;
    private static final int HIGHEST_DIGIT = 36;

    private final long[] weights;
    private final int[] kept;
    private final long[] sums = new long[1 << DIGIT];
    private int count;
    private long total;

    Weights(int vocabularySize) {
        if (vocabularySize < 1 || vocabularySize > MOST_TOKENS) {
            throw new IllegalArgumentException(
                    "the vocabulary must have 1.."
                            + MOST_TOKENS
                            + " tokens, had "
                            + vocabularySize);
        }
        weights = new long[vocabularySize];
        kept = new int[vocabularySize];
    }

    /** Takes exp((logit - highest) / temperature) for every token and keeps those above nothing. */
    void fill(float[] logits, float highest, double temperature) {
        double scale = Math.min(1 / temperature, Double.MAX_VALUE);
        count = 0;
        total = 0;
        for (int token = 0; token < logits.length; token++) {
            double exponent = (logits[token] - (double) highest) * scale;
            long weight = exponent < LEAST ? 0 : (long) (Math.exp(exponent) * ONE);
            weights[token] = weight;
            total += weight;
            if (weight > 0) {
                kept[count++] = token;
            }
        }
    }

    /**
     * Keeps the {@code topK} heaviest (all if 0), then the fewest with {@code topP} of their sum.
     */
    void cut(int topK, double topP) {
        if (topK > 0 && topK < count) {
            keepHeaviest(topK, false);
        }
        if (topP < 1) {
            keepHeaviest((long) Math.ceil(topP * total), true);
        }
    }

    /**
     * Keeps the heaviest tokens until they are {@code enough}: in weight, or in number. Finds the
     * lightest weight that is needed digit by digit from the top (radix selection), which is linear
     * in the tokens however flat the distribution is.
     */
    private void keepHeaviest(long enough, boolean byWeight) {
        long lightest = 0;
        long missing = enough;
        for (int shift = HIGHEST_DIGIT; shift >= 0; shift -= DIGIT) {
            sumByDigit(lightest, shift, byWeight);
            int digit = sums.length - 1;
            for (; digit > 0 && sums[digit] < missing; digit--) {
                missing -= sums[digit];
            }
            lightest = (lightest << DIGIT) | digit;
        }
        long each = byWeight ? Math.max(1, lightest) : 1;
        keepFrom(lightest, Math.ceilDiv(missing, each));
    }

    /** Sums the tokens whose weight begins with this prefix, by their next digit. */
    private void sumByDigit(long prefix, int shift, boolean byWeight) {
        Arrays.fill(sums, 0);
        for (int at = 0; at < count; at++) {
            long weight = weights[kept[at]];
            if (weight >>> (shift + DIGIT) == prefix) {
                sums[(int) (weight >>> shift) & (sums.length - 1)] += byWeight ? weight : 1;
            }
        }
    }

    /** Keeps all heavier tokens and the first so many of exactly this weight. */
    private void keepFrom(long lightest, long ofLightest) {
        int from = count;
        long left = ofLightest;
        count = 0;
        total = 0;
        for (int at = 0; at < from; at++) {
            long weight = weights[kept[at]];
            if (weight > lightest || (weight == lightest && left-- > 0)) {
                kept[count++] = kept[at];
                total += weight;
            }
        }
    }

    long total() {
        return total;
    }

    /** The kept token whose share of 0..total, by ascending id, holds this point. */
    int at(long point) {
        long passed = 0;
        for (int at = 0; at < count; at++) {
            passed += weights[kept[at]];
            if (point < passed) {
                return kept[at];
            }
        }
        throw new IllegalStateException("point " + point + " of " + total);
    }
}
