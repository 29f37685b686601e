package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.FLOAT;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/** Weights in f32. */
record FloatMatrix(MemorySegment weights, int outputs, int inputs) implements Matrix {
    private static final int STRIDE = 2 * COUNT;

    @Override
    public long bytes() {
        return weights.byteSize();
    }

    @Override
    public float one(float[] x, int at, int output) {
        long base = (long) output * inputs * Float.BYTES;
        FloatVector s0 = Lanes.zero();
        FloatVector s1 = Lanes.zero();
        int i = 0;
        for (; i + STRIDE <= inputs; i += STRIDE) {
            s0 = weight(base, i).fma(Lanes.load(x, at + i), s0);
            s1 = weight(base, i + COUNT).fma(Lanes.load(x, at + i + COUNT), s1);
        }
        for (; i + COUNT <= inputs; i += COUNT) {
            s0 = weight(base, i).fma(Lanes.load(x, at + i), s0);
        }
        return Lanes.sum(s0.add(s1)) + rest(x, at, base, i);
    }

    @Override
    public void two(float[] x, int at, float[] y, int to, int output, int apart) {
        long a = (long) output * inputs * Float.BYTES;
        long b = a + (long) apart * inputs * Float.BYTES;
        FloatVector a0 = Lanes.zero();
        FloatVector a1 = Lanes.zero();
        FloatVector b0 = Lanes.zero();
        FloatVector b1 = Lanes.zero();
        int i = 0;
        for (; i + STRIDE <= inputs; i += STRIDE) {
            var v = Lanes.load(x, at + i);
            a0 = weight(a, i).fma(v, a0);
            b0 = weight(b, i).fma(v, b0);
            v = Lanes.load(x, at + i + COUNT);
            a1 = weight(a, i + COUNT).fma(v, a1);
            b1 = weight(b, i + COUNT).fma(v, b1);
        }
        for (; i + COUNT <= inputs; i += COUNT) {
            var v = Lanes.load(x, at + i);
            a0 = weight(a, i).fma(v, a0);
            b0 = weight(b, i).fma(v, b0);
        }
        y[to] = Lanes.sum(a0.add(a1)) + rest(x, at, a, i);
        y[to + apart] = Lanes.sum(b0.add(b1)) + rest(x, at, b, i);
    }

    @Override
    public void four(float[] x, int at, float[] y, int to, int output) {
        long base = (long) output * inputs * Float.BYTES;
        int b = at + inputs;
        int c = b + inputs;
        int d = c + inputs;
        FloatVector a0 = Lanes.zero();
        FloatVector a1 = Lanes.zero();
        FloatVector b0 = Lanes.zero();
        FloatVector b1 = Lanes.zero();
        FloatVector c0 = Lanes.zero();
        FloatVector c1 = Lanes.zero();
        FloatVector d0 = Lanes.zero();
        FloatVector d1 = Lanes.zero();
        int i = 0;
        for (; i + STRIDE <= inputs; i += STRIDE) {
            var w = weight(base, i);
            a0 = w.fma(Lanes.load(x, at + i), a0);
            b0 = w.fma(Lanes.load(x, b + i), b0);
            c0 = w.fma(Lanes.load(x, c + i), c0);
            d0 = w.fma(Lanes.load(x, d + i), d0);
            w = weight(base, i + COUNT);
            a1 = w.fma(Lanes.load(x, at + i + COUNT), a1);
            b1 = w.fma(Lanes.load(x, b + i + COUNT), b1);
            c1 = w.fma(Lanes.load(x, c + i + COUNT), c1);
            d1 = w.fma(Lanes.load(x, d + i + COUNT), d1);
        }
        for (; i + COUNT <= inputs; i += COUNT) {
            var w = weight(base, i);
            a0 = w.fma(Lanes.load(x, at + i), a0);
            b0 = w.fma(Lanes.load(x, b + i), b0);
            c0 = w.fma(Lanes.load(x, c + i), c0);
            d0 = w.fma(Lanes.load(x, d + i), d0);
        }
        y[to] = Lanes.sum(a0.add(a1)) + rest(x, at, base, i);
        y[to + outputs] = Lanes.sum(b0.add(b1)) + rest(x, b, base, i);
        y[to + 2 * outputs] = Lanes.sum(c0.add(c1)) + rest(x, c, base, i);
        y[to + 3 * outputs] = Lanes.sum(d0.add(d1)) + rest(x, d, base, i);
    }

    private FloatVector weight(long base, int i) {
        return Lanes.load(weights, base + (long) i * Float.BYTES);
    }

    private float rest(float[] x, int at, long base, int from) {
        float sum = 0;
        for (int i = from; i < inputs; i++) {
            sum = Math.fma(weights.get(FLOAT, base + (long) i * Float.BYTES), x[at + i], sum);
        }
        return sum;
    }

    @Override
    public void copyRow(int output, float[] to, int at) {
        MemorySegment.copy(weights, FLOAT, (long) output * inputs * Float.BYTES, to, at, inputs);
    }
}
