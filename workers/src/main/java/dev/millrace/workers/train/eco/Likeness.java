package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Gradients;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.eco.CodeTables;

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
            var scope = queries.getManager();
            NDArray met = queries.matMul(keys.transpose(0, 2, 1)).zerosLike();
            for (int table = 0; table < tables.count(); table++) {
                var asked = buckets(scope, table, queries).expandDims(2);
                var held = buckets(scope, table, keys).expandDims(1);
                met = met.add(asked.eq(held).toType(met.getDataType(), false));
            }
            return met;
        }

        /** [heads, tokens]. */
        private NDArray buckets(NDManager scope, int table, NDArray codes) {
            int bits = (int) codes.getShape().get(2);
            float[] signs = codes.toFloatArray();
            var buckets = new float[signs.length / bits];
            for (int token = 0; token < buckets.length; token++) {
                long code = 0;
                for (int bit = 0; bit < bits; bit++) {
                    code |= (signs[token * bits + bit] > 0 ? 1L : 0L) << bit;
                }
                buckets[token] = tables.bucket(table, code);
            }
            return Tensors.floats(scope, buckets, codes.getShape().get(0), codes.getShape().get(1));
        }
    }
}
