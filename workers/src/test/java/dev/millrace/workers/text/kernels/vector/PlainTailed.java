package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.eco.CodeTables;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.PlainHash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Attention with a tail in doubles, which keeps every token of one kv head and weighs each anew:
 * the twin of {@link TailedAttention}.
 */
final class PlainTailed {
    private final EcoSettings settings;
    private final PlainHash keyHash;
    private final PlainHash queryHash;
    private final Optional<CodeTables> tables;
    private final List<float[]> keys = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    PlainTailed(
            EcoSettings settings,
            PlainHash keyHash,
            PlainHash queryHash,
            Optional<CodeTables> tables) {
        this.settings = settings;
        this.keyHash = keyHash;
        this.queryHash = queryHash;
        this.tables = tables;
    }

    void add(float[] key, float[] value) {
        keys.add(key);
        values.add(value);
    }

    /** What a query at the newest position makes of the values. */
    double[] attend(float[] query, double gate) {
        long code = queryHash.code(query, 0);
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
        long other = keyHash.code(key, 0);
        return tables.map(some -> met(some, code, other))
                .orElseGet(() -> 2.0 * keyHash.bits() + 1 - 2 * Long.bitCount(code ^ other));
    }

    private static double met(CodeTables tables, long code, long other) {
        return IntStream.range(0, tables.count())
                .filter(table -> tables.bucket(table, code) == tables.bucket(table, other))
                .count();
    }
}
