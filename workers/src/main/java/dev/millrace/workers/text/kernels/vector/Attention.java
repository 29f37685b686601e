package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.simd.Lanes;
import dev.millrace.workers.text.kv.Spans;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * softmax(q K^T / sqrt(headDim)) V of one token, per head, over some of the positions, where their
 * keys and values lie: [kvHeads, capacity, headDim].
 */
final class Attention {
    /**
     * Tokens whose keys or values stay in the nearest cache while all heads of a group read them.
     */
    private static final int BLOCK = 64;

    private static final int CACHE_LINE = 64;
    private static final int FEW_RUNS = 8;

    private final int headDim;
    private final int group;
    private final float scale;
    private final KvRows rows;
    private final Meter meter;
    private final float[] sums;
    private final float[] largest;
    private float[] arranged = new float[0];
    private float[][] weights = new float[0][0];

    @SuppressWarnings("UnusedVariable") // written, or the compiler would leave the reading out
    private byte touched;

    /**
     * @param group query heads that read one key and value head
     * @param meter hears of what is computed
     */
    Attention(int headDim, int group, KvRows rows, Meter meter) {
        this.headDim = headDim;
        this.group = group;
        this.scale = (float) (1 / Math.sqrt(headDim));
        this.rows = rows;
        this.meter = meter;
        this.sums = new float[group];
        this.largest = new float[group];
    }

    /**
     * The heads of one kv head.
     *
     * @param query {@code group} heads from {@code at} on, [group, headDim]
     * @param base the byte where the kv head's keys and values begin
     * @param seen the positions that the token attends to, its own among them
     * @param mixed like query; what they come to
     */
    void mix(
            float[] query,
            int at,
            MemorySegment keys,
            MemorySegment values,
            long base,
            Spans seen,
            float[] mixed) {
        makeRoom(query.length, seen.total());
        arrange(query, at);
        touch(keys, base, seen);
        eachBlock(
                seen,
                (from, count, index) -> {
                    for (int head = 0; head < group; head++) {
                        int q = at + head * headDim;
                        rows.score(keys, base, from, count, arranged, q, weights[head], index);
                    }
                });
        for (int head = 0; head < group; head++) {
            largest[head] = largest(weights[head], seen.total());
            sums[head] = exponentials(weights[head], seen.total(), largest[head]);
        }
        Arrays.fill(arranged, at, at + group * headDim, 0);
        touch(values, base, seen);
        eachBlock(
                seen,
                (from, count, index) -> {
                    for (int head = 0; head < group; head++) {
                        int m = at + head * headDim;
                        rows.add(values, base, from, count, weights[head], index, arranged, m);
                    }
                });
        for (int head = 0; head < group; head++) {
            rows.restore(arranged, at + head * headDim, mixed);
            divide(mixed, at + head * headDim, sums[head]);
        }
        tell(seen.total());
    }

    /** Scaled queries, scores, exponentials and their sums, mixes, and their division. */
    private void tell(long positions) {
        long weights = group * positions;
        meter.products(2 * weights * headDim);
        meter.count(Operation.F32_MULTIPLY, 2L * group * headDim + 2L * rows.scales() * weights);
        meter.count(Operation.F32_ADD, 3 * weights); // the largest, taken off, summed
        meter.count(Operation.EXPONENTIAL, weights);
        meter.count(Operation.DIVIDE, group);
        meter.move(2 * positions * rows.bytes());
    }

    /**
     * Reads of each cache line of many short runs, which the machine does not foresee: so they are
     * on their way all at once, where computing with them would ask for a few at a time.
     */
    private void touch(MemorySegment memory, long base, Spans seen) {
        if (seen.count() < FEW_RUNS) {
            return;
        }
        byte sum = 0;
        for (int span = 0; span < seen.count(); span++) {
            long end = base + seen.to(span) * rows.bytes();
            for (long at = base + seen.from(span) * rows.bytes(); at < end; at += CACHE_LINE) {
                sum ^= memory.get(ValueLayout.JAVA_BYTE, at);
            }
        }
        touched = sum;
    }

    private interface Block {
        /** {@code count} positions from {@code from} on, whose scores stand at {@code index}. */
        void visit(int from, int count, int index);
    }

    private static void eachBlock(Spans seen, Block block) {
        int index = 0;
        for (int span = 0; span < seen.count(); span++) {
            for (int from = seen.from(span); from < seen.to(span); from += BLOCK) {
                int count = Math.min(seen.to(span) - from, BLOCK);
                block.visit(from, count, index);
                index += count;
            }
        }
    }

    /** The query, scaled. */
    private void arrange(float[] query, int at) {
        for (int head = 0; head < group; head++) {
            rows.arrange(query, at + head * headDim, arranged);
        }
        for (int i = at; i < at + group * headDim; i++) {
            arranged[i] *= scale;
        }
    }

    private void divide(float[] mixed, int at, float sum) {
        float share = 1 / sum;
        for (int i = at; i < at + headDim; i++) {
            mixed[i] *= share;
        }
    }

    private void makeRoom(int queries, int positions) {
        if (arranged.length < queries) {
            arranged = new float[queries];
        }
        if (weights.length == 0 || weights[0].length < positions) {
            weights = new float[group][Math.max(256, Integer.highestOneBit(positions) * 2)];
        }
    }

    /** Of one head of the last mix: the largest score. */
    float largest(int head) {
        return largest[head];
    }

    /** Of one head of the last mix: the sum of exp(score - largest). */
    float sum(int head) {
        return sums[head];
    }

    /** exp(x - largest) in place; gives their sum. */
    private static float exponentials(float[] x, int length, float largest) {
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
        return sum;
    }

    private static float largest(float[] x, int length) {
        var lanes = Lanes.broadcast(Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + COUNT <= length; i += COUNT) {
            lanes = lanes.max(Lanes.load(x, i));
        }
        float largest = lanes.reduceLanes(VectorOperators.MAX);
        for (; i < length; i++) {
            largest = Math.max(largest, x[i]);
        }
        return largest;
    }
}
