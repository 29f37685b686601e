package dev.millrace.workers.text.sample;

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

    private final long[] weights;
    private final int[] kept;
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
            var ranking = new Ranking(weights, kept, count);
            count = ranking.take(topK, Long.MAX_VALUE);
            total = ranking.taken();
        }
        if (topP < 1) {
            long enough = (long) Math.ceil(topP * total);
            dropLight(topP);
            var ranking = new Ranking(weights, kept, count);
            count = ranking.take(count, enough);
            total = ranking.taken();
        }
    }

    /**
     * Drops tokens so light that all of them together cannot be needed: if each of n has less than
     * (1 - topP) / n of the sum, the others hold more than topP of it. Spares ranking the long
     * tail.
     */
    private void dropLight(double topP) {
        double least = (1 - topP) * total / count;
        int heavy = 0;
        for (int at = 0; at < count; at++) {
            if (weights[kept[at]] >= least) {
                kept[heavy++] = kept[at];
            }
        }
        count = heavy;
    }

    long total() {
        return total;
    }

    /** The kept token whose share of 0..total holds this point. */
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
