package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.text.kernels.vector.Lanes.COUNT;
import static dev.millrace.workers.text.kernels.vector.Lanes.FLOAT;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * softmax(q K^T / sqrt(headDim)) V of one token, per head, over keys and values where they lie:
 * [kvHeads, capacity, headDim] in f32.
 */
final class Attention {
    /**
     * Tokens whose keys or values stay in the nearest cache while all heads of a group read them.
     */
    private static final int BLOCK = 64;

    private final int headDim;
    private final int group;
    private final float scale;
    private float[][] weights = new float[0][0];

    /**
     * @param group query heads that read one key and value head
     */
    Attention(int headDim, int group) {
        this.headDim = headDim;
        this.group = group;
        this.scale = (float) (1 / Math.sqrt(headDim));
    }

    /**
     * The heads of one kv head.
     *
     * @param query {@code group} heads from {@code at} on, [group, headDim]
     * @param length the token sees so many positions, its own the last
     * @param mixed like query; what they come to
     */
    void mix(
            float[] query,
            int at,
            MemorySegment keys,
            MemorySegment values,
            long base,
            int length,
            float[] mixed) {
        makeRoom(length);
        for (int from = 0; from < length; from += BLOCK) {
            int to = Math.min(length, from + BLOCK);
            for (int head = 0; head < group; head++) {
                score(query, at + head * headDim, keys, base, from, to, weights[head]);
            }
        }
        for (int head = 0; head < group; head++) {
            softmax(weights[head], length);
            Arrays.fill(mixed, at + head * headDim, at + (head + 1) * headDim, 0);
        }
        for (int from = 0; from < length; from += BLOCK) {
            int to = Math.min(length, from + BLOCK);
            for (int head = 0; head < group; head++) {
                add(weights[head], values, base, from, to, mixed, at + head * headDim);
            }
        }
    }

    private void makeRoom(int length) {
        if (weights.length == 0 || weights[0].length < length) {
            weights = new float[group][Math.max(256, Integer.highestOneBit(length) * 2)];
        }
    }

    private void score(
            float[] query,
            int at,
            MemorySegment keys,
            long base,
            int from,
            int to,
            float[] scores) {
        for (int token = from; token < to; token++) {
            long row = base + (long) token * headDim * Float.BYTES;
            FloatVector sum = Lanes.zero();
            int i = 0;
            for (; i + COUNT <= headDim; i += COUNT) {
                sum =
                        Lanes.load(keys, row + (long) i * Float.BYTES)
                                .fma(Lanes.load(query, at + i), sum);
            }
            float rest = 0;
            for (; i < headDim; i++) {
                rest += keys.get(FLOAT, row + (long) i * Float.BYTES) * query[at + i];
            }
            scores[token] = (Lanes.sum(sum) + rest) * scale;
        }
    }

    /** exp(x - max) / sum, in place. */
    private static void softmax(float[] x, int length) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, x[i]);
        }
        FloatVector total = Lanes.zero();
        int i = 0;
        for (; i + COUNT <= length; i += COUNT) {
            var power = Lanes.exp(Lanes.load(x, i).sub(largest));
            power.intoArray(x, i);
            total = total.add(power);
        }
        float sum = Lanes.sum(total);
        for (; i < length; i++) {
            x[i] = (float) Math.exp(x[i] - largest);
            sum += x[i];
        }
        float share = 1 / sum;
        for (int j = 0; j < length; j++) {
            x[j] *= share;
        }
    }

    private void add(
            float[] weights,
            MemorySegment values,
            long base,
            int from,
            int to,
            float[] mixed,
            int at) {
        int i = 0;
        for (; i + COUNT <= headDim; i += COUNT) {
            FloatVector sum = Lanes.load(mixed, at + i);
            for (int token = from; token < to; token++) {
                long row = base + ((long) token * headDim + i) * Float.BYTES;
                sum = Lanes.load(values, row).fma(Lanes.broadcast(weights[token]), sum);
            }
            sum.intoArray(mixed, at + i);
        }
        for (; i < headDim; i++) {
            float sum = mixed[at + i];
            for (int token = from; token < to; token++) {
                long row = base + ((long) token * headDim + i) * Float.BYTES;
                sum = Math.fma(values.get(FLOAT, row), weights[token], sum);
            }
            mixed[at + i] = sum;
        }
    }
}
