package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.FLOAT;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Weights in int8: blocks of 32 along the inputs, each with an f32 scale by which its whole
 * numbers, -127..127, are multiplied. The last block of a row may be shorter.
 *
 * @param numbers [outputs, inputs]
 * @param scales [outputs, blocks]
 */
record ByteMatrix(MemorySegment numbers, MemorySegment scales, int outputs, int inputs)
        implements Matrix {
    static final int BLOCK = 32;

    /** Vectors in a block; a loop that is known to have so many rounds is unrolled. */
    private static final int PARTS = BLOCK / COUNT;

    /** Rounds a matrix; what {@code arena} holds lives as long as it. */
    static ByteMatrix of(Matrix exact, Arena arena) {
        int outputs = exact.outputs();
        int inputs = exact.inputs();
        int blocks = blocks(inputs);
        var numbers = arena.allocate((long) outputs * inputs, 64);
        var scales = arena.allocate((long) outputs * blocks * Float.BYTES, 64);
        var row = new float[inputs];
        for (int output = 0; output < outputs; output++) {
            exact.copyRow(output, row, 0);
            for (int block = 0; block < blocks; block++) {
                long at = ((long) output * blocks + block) * Float.BYTES;
                int from = block * BLOCK;
                int to = Math.min(inputs, from + BLOCK);
                scales.set(FLOAT, at, round(row, from, to, numbers, (long) output * inputs));
            }
        }
        return new ByteMatrix(numbers, scales, outputs, inputs);
    }

    private static float round(float[] row, int from, int to, MemorySegment numbers, long base) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(row[i]));
        }
        float scale = largest / Bytes.LARGEST;
        for (int i = from; i < to; i++) {
            int number = scale == 0 ? 0 : Math.round(row[i] / scale);
            numbers.set(ValueLayout.JAVA_BYTE, base + i, (byte) number);
        }
        return scale;
    }

    private static int blocks(int inputs) {
        return (inputs + BLOCK - 1) / BLOCK;
    }

    @Override
    public long bytes() {
        return numbers.byteSize() + scales.byteSize();
    }

    @Override
    public float one(float[] x, int at, int output) {
        long base = (long) output * inputs;
        long scale = (long) output * blocks(inputs) * Float.BYTES;
        FloatVector sum = Lanes.zero();
        int i = 0;
        for (; i + BLOCK <= inputs; i += BLOCK, scale += Float.BYTES) {
            FloatVector block = Lanes.zero();
            for (int part = 0; part < PARTS; part++) {
                int j = i + part * COUNT;
                block = numbers(base + j).fma(Lanes.load(x, at + j), block);
            }
            sum = block.fma(Lanes.broadcast(scales.get(FLOAT, scale)), sum);
        }
        return Lanes.sum(sum) + rest(x, at, base, i, scale);
    }

    @Override
    public void two(float[] x, int at, float[] y, int to, int output, int apart) {
        long a = (long) output * inputs;
        long b = a + (long) apart * inputs;
        long scaleA = (long) output * blocks(inputs) * Float.BYTES;
        long scaleB = scaleA + (long) apart * blocks(inputs) * Float.BYTES;
        FloatVector sa = Lanes.zero();
        FloatVector sb = Lanes.zero();
        int i = 0;
        for (; i + BLOCK <= inputs; i += BLOCK, scaleA += Float.BYTES, scaleB += Float.BYTES) {
            FloatVector ba = Lanes.zero();
            FloatVector bb = Lanes.zero();
            for (int part = 0; part < PARTS; part++) {
                int j = i + part * COUNT;
                var v = Lanes.load(x, at + j);
                ba = numbers(a + j).fma(v, ba);
                bb = numbers(b + j).fma(v, bb);
            }
            sa = ba.fma(Lanes.broadcast(scales.get(FLOAT, scaleA)), sa);
            sb = bb.fma(Lanes.broadcast(scales.get(FLOAT, scaleB)), sb);
        }
        y[to] = Lanes.sum(sa) + rest(x, at, a, i, scaleA);
        y[to + apart] = Lanes.sum(sb) + rest(x, at, b, i, scaleB);
    }

    @Override
    public void four(float[] x, int at, float[] y, int to, int output) {
        long base = (long) output * inputs;
        long scale = (long) output * blocks(inputs) * Float.BYTES;
        int b = at + inputs;
        int c = b + inputs;
        int d = c + inputs;
        FloatVector sa = Lanes.zero();
        FloatVector sb = Lanes.zero();
        FloatVector sc = Lanes.zero();
        FloatVector sd = Lanes.zero();
        int i = 0;
        for (; i + BLOCK <= inputs; i += BLOCK, scale += Float.BYTES) {
            FloatVector ba = Lanes.zero();
            FloatVector bb = Lanes.zero();
            FloatVector bc = Lanes.zero();
            FloatVector bd = Lanes.zero();
            for (int part = 0; part < PARTS; part++) {
                int j = i + part * COUNT;
                var w = numbers(base + j);
                ba = w.fma(Lanes.load(x, at + j), ba);
                bb = w.fma(Lanes.load(x, b + j), bb);
                bc = w.fma(Lanes.load(x, c + j), bc);
                bd = w.fma(Lanes.load(x, d + j), bd);
            }
            var factor = Lanes.broadcast(scales.get(FLOAT, scale));
            sa = ba.fma(factor, sa);
            sb = bb.fma(factor, sb);
            sc = bc.fma(factor, sc);
            sd = bd.fma(factor, sd);
        }
        y[to] = Lanes.sum(sa) + rest(x, at, base, i, scale);
        y[to + outputs] = Lanes.sum(sb) + rest(x, b, base, i, scale);
        y[to + 2 * outputs] = Lanes.sum(sc) + rest(x, c, base, i, scale);
        y[to + 3 * outputs] = Lanes.sum(sd) + rest(x, d, base, i, scale);
    }

    private FloatVector numbers(long at) {
        return Bytes.floats(numbers, at);
    }

    private float rest(float[] x, int at, long base, int from, long scale) {
        if (from == inputs) {
            return 0;
        }
        float sum = 0;
        for (int i = from; i < inputs; i++) {
            sum = Math.fma(numbers.get(ValueLayout.JAVA_BYTE, base + i), x[at + i], sum);
        }
        return sum * scales.get(FLOAT, scale);
    }

    @Override
    public void copyRow(int output, float[] to, int at) {
        for (int i = 0; i < inputs; i++) {
            long scale = ((long) output * blocks(inputs) + i / BLOCK) * Float.BYTES;
            to[at + i] =
                    numbers.get(ValueLayout.JAVA_BYTE, (long) output * inputs + i)
                            * scales.get(FLOAT, scale);
        }
    }
}
