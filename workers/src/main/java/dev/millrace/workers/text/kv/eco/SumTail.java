package dev.millrace.workers.text.kv.eco;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.simd.Lanes;

import java.util.Arrays;

/**
 * The published form: the sums S = sum_j h_j v_j, z = sum_j h_j, s = sum_j v_j, and how many tokens
 * there are.
 *
 * <p>With them a query of code h sees each such token with the weight h h_j + offset, offset = bits
 * + 1, which is 1 or more. A code is signs, so all is additions, but for one product.
 */
final class SumTail implements Tail {
    private final int bits;
    private final int width;
    private final int lanes; // of a value, whole ones
    private final float[] sums; // S, [bits, lanes]
    private final float[] values; // s, [lanes]
    private final int[] signs; // z, [bits]
    private int tokens;

    /**
     * @param width of a value
     */
    SumTail(int bits, int width) {
        this.bits = bits;
        this.width = width;
        this.lanes = HeadHash.whole(width);
        this.sums = new float[bits * lanes];
        this.values = new float[lanes];
        this.signs = new int[bits];
    }

    /** Bytes of one tail. */
    static long bytes(int bits, int width) {
        return ((long) bits * HeadHash.whole(width) + HeadHash.whole(width)) * Float.BYTES
                + (long) bits * Integer.BYTES;
    }

    /** Bytes that hold something. */
    private long used() {
        return ((bits + 1L) * width + bits) * Float.BYTES;
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public void add(long code, float[] value, Meter meter) {
        for (int bit = 0; bit < bits; bit++) {
            boolean isPlus = (code >>> bit & 1) == 1;
            accumulate(sums, bit * lanes, value, 0, isPlus);
            signs[bit] += isPlus ? 1 : -1;
        }
        accumulate(values, 0, value, 0, true);
        tokens++;
        meter.count(Operation.F32_ADD, (bits + 1L) * width);
        meter.count(Operation.I32_ADD, bits + 1L);
        meter.move(2 * used());
    }

    @Override
    public long weight(long code, Meter meter) {
        long weight = (bits + 1L) * tokens;
        for (int bit = 0; bit < bits; bit++) {
            weight += (code >>> bit & 1) == 1 ? signs[bit] : -signs[bit];
        }
        meter.count(Operation.I32_MULTIPLY, 1);
        meter.count(Operation.I32_ADD, bits);
        return weight;
    }

    @Override
    public void mix(long code, float[] mixed, Meter meter) {
        Arrays.fill(mixed, 0, lanes, 0);
        for (int bit = 0; bit < bits; bit++) {
            accumulate(mixed, 0, sums, bit * lanes, (code >>> bit & 1) == 1);
        }
        var offset = Lanes.broadcast(bits + 1f);
        for (int i = 0; i < lanes; i += COUNT) {
            Lanes.load(values, i).fma(offset, Lanes.load(mixed, i)).intoArray(mixed, i);
        }
        meter.count(Operation.F32_ADD, (long) bits * width);
        meter.products(width);
        meter.move(used());
    }

    /** Adds a row to another, or takes it off. */
    private void accumulate(float[] to, int at, float[] from, int start, boolean isPlus) {
        for (int i = 0; i < lanes; i += COUNT) {
            var sum = Lanes.load(to, at + i);
            var row = Lanes.load(from, start + i);
            (isPlus ? sum.add(row) : sum.sub(row)).intoArray(to, at + i);
        }
    }
}
