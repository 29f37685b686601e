package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;

/**
 * How often the likeliest token is the next one, of those that follow so many others, and how
 * unlikely the next one is.
 */
final class Accuracy {
    private final OpenDecoder decoder;
    private final Attending attending;
    private final int from;
    private long right;
    private long all;
    private double nats;

    /**
     * @param from the first position whose next token counts
     */
    Accuracy(OpenDecoder decoder, Attending attending, int from) {
        this.decoder = decoder;
        this.attending = attending;
        this.from = from;
    }

    void add(int... tokens) {
        try (var _ = new NDScope()) {
            var logits = decoder.logits(attending, tokens);
            long[] likeliest = logits.argMax(1).toLongArray();
            float[] logs = chosen(logits.logSoftmax(1), tokens);
            for (int i = from; i + 1 < tokens.length; i++) {
                right += likeliest[i] == tokens[i + 1] ? 1 : 0;
                nats -= logs[i];
                all++;
            }
        }
    }

    /** Of each token but the last, the logarithm of the next one's probability. */
    private static float[] chosen(NDArray logs, int... tokens) {
        int vocabulary = (int) logs.getShape().get(1);
        float[] values = logs.toFloatArray();
        var chosen = new float[tokens.length - 1];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = values[i * vocabulary + tokens[i + 1]];
        }
        return chosen;
    }

    double percent() {
        return 100.0 * right / all;
    }

    /** The mean negative logarithm of the next token's probability. */
    double nats() {
        return nats / all;
    }
}
