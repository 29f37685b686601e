package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.FLOAT;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/** In f32. */
record FloatRows(int width) implements KvRows {
    @Override
    public long bytes() {
        return (long) width * Float.BYTES;
    }

    private long offset(long base, int row) {
        return base + row * bytes();
    }

    @Override
    public void write(MemorySegment rows, long base, int row, float[] x, int at) {
        MemorySegment.copy(x, at, rows, FLOAT, offset(base, row), width);
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
            FloatVector sum = Lanes.zero();
            int i = 0;
            for (; i + COUNT <= width; i += COUNT) {
                sum =
                        Lanes.load(rows, offset + (long) i * Float.BYTES)
                                .fma(Lanes.load(query, at + i), sum);
            }
            float rest = 0;
            for (; i < width; i++) {
                rest += rows.get(FLOAT, offset + (long) i * Float.BYTES) * query[at + i];
            }
            scores[to + row] = Lanes.sum(sum) + rest;
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
        for (; i + COUNT <= width; i += COUNT) {
            FloatVector lanes = Lanes.load(sum, to + i);
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row) + (long) i * Float.BYTES;
                lanes = Lanes.load(rows, offset).fma(Lanes.broadcast(weights[at + row]), lanes);
            }
            lanes.intoArray(sum, to + i);
        }
        for (; i < width; i++) {
            float rest = sum[to + i];
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row) + (long) i * Float.BYTES;
                rest = Math.fma(rows.get(FLOAT, offset), weights[at + row], rest);
            }
            sum[to + i] = rest;
        }
    }
}
