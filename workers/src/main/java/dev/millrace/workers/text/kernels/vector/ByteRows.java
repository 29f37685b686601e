package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.FLOAT;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/**
 * In int8: an f32 scale, then the whole numbers, -127..127, that it multiplies. The largest of a
 * row is exact; the others are off by half the scale at most.
 */
record ByteRows(int width) implements KvRows {
    /** A row of zeros has a scale to divide by, too. */
    private static final float LEAST = 1e-30f;

    private static final long SCALE = Float.BYTES;

    @Override
    public long bytes() {
        return SCALE + width;
    }

    private long offset(long base, int row) {
        return base + row * bytes();
    }

    @Override
    public int scales() {
        return 1;
    }

    @Override
    public void write(MemorySegment rows, long base, int row, float[] x, int at) {
        float largest = LEAST;
        for (int i = at; i < at + width; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        float scale = largest / Bytes.LARGEST;
        long offset = offset(base, row);
        rows.set(FLOAT, offset, scale);
        for (int i = 0; i < width; i++) {
            rows.set(JAVA_BYTE, offset + SCALE + i, (byte) Math.rint(x[at + i] / scale));
        }
    }

    @Override
    public void arrange(float[] x, int at, float[] arranged) {
        System.arraycopy(x, at, arranged, at, width);
    }

    @Override
    public void restore(float[] arranged, int at, float[] x) {
        System.arraycopy(arranged, at, x, at, width);
    }

    @Override
    public void score(
            MemorySegment rows,
            long base,
            int from,
            int count,
            float[] query,
            int at,
            float[] scores,
            int to) {
        for (int row = 0; row < count; row++) {
            long offset = offset(base, from + row);
            long numbers = offset + SCALE;
            FloatVector sum = Lanes.zero();
            int i = 0;
            for (; i + Bytes.REACH <= width; i += COUNT) {
                sum = Bytes.floats(rows, numbers + i).fma(Lanes.load(query, at + i), sum);
            }
            float rest = 0;
            for (; i < width; i++) {
                rest = Math.fma(rows.get(JAVA_BYTE, numbers + i), query[at + i], rest);
            }
            scores[to + row] = (Lanes.sum(sum) + rest) * rows.get(FLOAT, offset);
        }
    }

    @Override
    public void add(
            MemorySegment rows,
            long base,
            int from,
            int count,
            float[] weights,
            int at,
            float[] sum,
            int to) {
        int i = 0;
        for (; i + Bytes.REACH <= width; i += COUNT) {
            FloatVector lanes = Lanes.load(sum, to + i);
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row);
                var weight = Lanes.broadcast(weights[at + row] * rows.get(FLOAT, offset));
                lanes = Bytes.floats(rows, offset + SCALE + i).fma(weight, lanes);
            }
            lanes.intoArray(sum, to + i);
        }
        for (; i < width; i++) {
            float rest = sum[to + i];
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row);
                float weight = weights[at + row] * rows.get(FLOAT, offset);
                rest = Math.fma(rows.get(JAVA_BYTE, offset + SCALE + i), weight, rest);
            }
            sum[to + i] = rest;
        }
    }
}
