package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.PlainHash;

import java.util.ArrayList;
import java.util.List;

/**
 * Attention with a tail in doubles, which keeps every token of one kv head and weighs each anew:
 * the twin of {@link TailedAttention}.
 */
final class PlainTailed {
    private final EcoSettings settings;
    private final PlainHash hash;
    private final List<float[]> keys = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    PlainTailed(EcoSettings settings, PlainHash hash) {
        this.settings = settings;
        this.hash = hash;
    }

    void add(float[] key, float[] value) {
        keys.add(key);
        values.add(value);
    }

    /** What a query at the newest position makes of the values. */
    double[] attend(float[] query, double gate) {
        long code = hash.code(query, 0);
        double sum = 0;
        var mixed = new double[query.length];
        for (int position = 0; position < keys.size(); position++) {
            double weight =
                    isExact(position)
                            ? Math.exp(score(query, keys.get(position)))
                            : Math.exp(gate) * similarity(code, keys.get(position));
            sum += weight;
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] += weight * values.get(position)[i];
            }
        }
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] /= sum;
        }
        return mixed;
    }

    private boolean isExact(int position) {
        return position < settings.sinks() || position >= keys.size() - settings.window();
    }

    private static double score(float[] query, float[] key) {
        double score = 0;
        for (int i = 0; i < query.length; i++) {
            score += (double) query[i] * key[i];
        }
        return score / Math.sqrt(query.length);
    }

    private double similarity(long code, float[] key) {
        return 2.0 * hash.bits() + 1 - 2 * Long.bitCount(code ^ hash.code(key, 0));
    }
}
