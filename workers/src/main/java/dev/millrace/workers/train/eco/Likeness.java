package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.Gradients;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.eco.CodeTables;

import java.util.Arrays;

/** How much a token in a tail weighs for a query, by their codes. */
sealed interface Likeness {
    /**
     * Weights, 0 or more, [heads, queries, keys].
     *
     * @param queries codes, -1 and 1, [heads, queries, bits]
     * @param keys the same, [heads, keys, bits]
     */
    NDArray of(NDArray queries, NDArray keys);

    /** h_i h_j + bits + 1: the published sums. */
    record Sums() implements Likeness {
        @Override
        public NDArray of(NDArray queries, NDArray keys) {
            long bits = keys.getShape().get(2);
            return queries.matMul(keys.transpose(0, 2, 1)).add(bits + 1);
        }
    }

    /** In how many tables two tokens meet, in the mean over all tables there could be. */
    record Expected(TableShape shape) implements Likeness {
        @Override
        public NDArray of(NDArray queries, NDArray keys) {
            var apart = queries.matMul(keys.transpose(0, 2, 1)).neg().add(shape.bits());
            var logarithm = Gradients.times(apart, -shape.steepness() / 2); // each bit makes 2
            return Gradients.times(logarithm.exp(), shape.count());
        }
    }

    /** {@link Counted} forward, with the gradient of {@link Expected}. */
    record Taught(TableShape shape) implements Likeness {
        @Override
        public NDArray of(NDArray queries, NDArray keys) {
            var expected = new Expected(shape).of(queries, keys);
            var counted = new Counted(shape.tables()).of(queries, keys);
            return expected.add(counted.sub(expected).stopGradient());
        }
    }

    /** In how many of the tables that there are two tokens meet; has no gradient. */
    record Counted(CodeTables tables) implements Likeness {
        @Override
        public NDArray of(NDArray queries, NDArray keys) {
            int heads = Math.toIntExact(queries.getShape().get(0));
            long[] asked = packed(queries);
            long[] held = packed(keys);
            var met = new float[asked.length * held.length / heads];
            for (int head = 0; head < heads; head++) {
                for (int table = 0; table < tables.count(); table++) {
                    count(met, heads, head, table, asked, held);
                }
            }
            return Tensors.floats(
                    queries.getManager(), met, heads, asked.length / heads, held.length / heads);
        }

        /** Of one head's tokens in one table, each bucket's keys in a list. */
        private void count(float[] met, int heads, int head, int table, long[] asked, long[] held) {
            int queries = asked.length / heads;
            int keys = held.length / heads;
            var first = new int[tables.buckets()];
            var next = new int[keys];
            Arrays.fill(first, -1);
            for (int key = 0; key < keys; key++) {
                int bucket = tables.bucket(table, held[head * keys + key]);
                next[key] = first[bucket];
                first[bucket] = key;
            }
            for (int query = 0; query < queries; query++) {
                int row = head * queries + query;
                int bucket = tables.bucket(table, asked[row]);
                for (int key = first[bucket]; key >= 0; key = next[key]) {
                    met[row * keys + key]++;
                }
            }
        }

        /** Codes as the serving kernels hold them, [heads x tokens]. */
        private static long[] packed(NDArray codes) {
            int bits = Math.toIntExact(codes.getShape().get(2));
            float[] signs = codes.toFloatArray();
            var packed = new long[signs.length / bits];
            for (int token = 0; token < packed.length; token++) {
                for (int bit = 0; bit < bits; bit++) {
                    packed[token] |= (signs[token * bits + bit] > 0 ? 1L : 0L) << bit;
                }
            }
            return packed;
        }
    }
}
