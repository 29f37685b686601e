package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.SHORT;
import static dev.millrace.workers.text.kernels.vector.Bfloats.BLOCK;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/** In bf16; what is computed from them is f32. */
record BfloatRows(int width) implements KvRows {
    @Override
    public long bytes() {
        return (long) width * Short.BYTES;
    }

    private long offset(long base, int row) {
        return base + row * bytes();
    }

    @Override
    public void write(MemorySegment rows, long base, int row, float[] x, int at) {
        long offset = offset(base, row);
        for (int i = 0; i < width; i++) {
            rows.set(SHORT, offset + (long) i * Short.BYTES, Lanes.narrowed(x[at + i]));
        }
    }

    @Override
    public void arrange(float[] x, int at, float[] arranged) {
        Bfloats.arrange(x, at, width, arranged);
    }

    @Override
    public void restore(float[] arranged, int at, float[] x) {
        Bfloats.restore(arranged, at, width, x);
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
            FloatVector even = Lanes.zero();
            FloatVector odd = Lanes.zero();
            int i = 0;
            for (; i + BLOCK <= width; i += BLOCK) {
                var pairs = Bfloats.pairs(rows, offset + (long) i * Short.BYTES);
                even = Lanes.lower(pairs).fma(Lanes.load(query, at + i), even);
                odd = Lanes.upper(pairs).fma(Lanes.load(query, at + i + COUNT), odd);
            }
            float rest = 0;
            for (; i < width; i++) {
                rest += Bfloats.one(rows, offset + (long) i * Short.BYTES) * query[at + i];
            }
            scores[to + row] = Lanes.sum(even.add(odd)) + rest;
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
        for (; i + BLOCK <= width; i += BLOCK) {
            FloatVector even = Lanes.load(sum, to + i);
            FloatVector odd = Lanes.load(sum, to + i + COUNT);
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row) + (long) i * Short.BYTES;
                var pairs = Bfloats.pairs(rows, offset);
                var weight = Lanes.broadcast(weights[at + row]);
                even = Lanes.lower(pairs).fma(weight, even);
                odd = Lanes.upper(pairs).fma(weight, odd);
            }
            even.intoArray(sum, to + i);
            odd.intoArray(sum, to + i + COUNT);
        }
        for (; i < width; i++) {
            float rest = sum[to + i];
            for (int row = 0; row < count; row++) {
                long offset = offset(base, from + row) + (long) i * Short.BYTES;
                rest = Math.fma(Bfloats.one(rows, offset), weights[at + row], rest);
            }
            sum[to + i] = rest;
        }
    }
}
