package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

import java.lang.foreign.MemorySegment;

/** Weights in bf16; x arranged as {@link Bfloats} says. */
record BfloatMatrix(MemorySegment weights, int outputs, int inputs) implements Matrix {
    @Override
    public long bytes() {
        return weights.byteSize();
    }

    @Override
    public float[] arrange(float[] x, int rows, float[] arranged) {
        for (int row = 0; row < rows; row++) {
            Bfloats.arrange(x, row * inputs, inputs, arranged);
        }
        return arranged;
    }

    @Override
    public float one(float[] x, int at, int output) {
        long base = (long) output * inputs * Short.BYTES;
        FloatVector s0 = Lanes.zero();
        FloatVector s1 = Lanes.zero();
        int i = 0;
        for (; i + Bfloats.BLOCK <= inputs; i += Bfloats.BLOCK) {
            var pairs = pairs(base, i);
            s0 = Lanes.lower(pairs).fma(Lanes.load(x, at + i), s0);
            s1 = Lanes.upper(pairs).fma(Lanes.load(x, at + i + COUNT), s1);
        }
        return Lanes.sum(s0.add(s1)) + rest(x, at, base, i);
    }

    @Override
    public void two(float[] x, int at, float[] y, int to, int output, int apart) {
        long a = (long) output * inputs * Short.BYTES;
        long b = a + (long) apart * inputs * Short.BYTES;
        FloatVector a0 = Lanes.zero();
        FloatVector a1 = Lanes.zero();
        FloatVector b0 = Lanes.zero();
        FloatVector b1 = Lanes.zero();
        int i = 0;
        for (; i + Bfloats.BLOCK <= inputs; i += Bfloats.BLOCK) {
            var even = Lanes.load(x, at + i);
            var odd = Lanes.load(x, at + i + COUNT);
            var pairs = pairs(a, i);
            a0 = Lanes.lower(pairs).fma(even, a0);
            a1 = Lanes.upper(pairs).fma(odd, a1);
            pairs = pairs(b, i);
            b0 = Lanes.lower(pairs).fma(even, b0);
            b1 = Lanes.upper(pairs).fma(odd, b1);
        }
        y[to] = Lanes.sum(a0.add(a1)) + rest(x, at, a, i);
        y[to + apart] = Lanes.sum(b0.add(b1)) + rest(x, at, b, i);
    }

    @Override
    public void four(float[] x, int at, float[] y, int to, int output) {
        long base = (long) output * inputs * Short.BYTES;
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
        for (; i + Bfloats.BLOCK <= inputs; i += Bfloats.BLOCK) {
            var pairs = pairs(base, i);
            var w = Lanes.lower(pairs);
            a0 = w.fma(Lanes.load(x, at + i), a0);
            b0 = w.fma(Lanes.load(x, b + i), b0);
            c0 = w.fma(Lanes.load(x, c + i), c0);
            d0 = w.fma(Lanes.load(x, d + i), d0);
            w = Lanes.upper(pairs);
            a1 = w.fma(Lanes.load(x, at + i + COUNT), a1);
            b1 = w.fma(Lanes.load(x, b + i + COUNT), b1);
            c1 = w.fma(Lanes.load(x, c + i + COUNT), c1);
            d1 = w.fma(Lanes.load(x, d + i + COUNT), d1);
        }
        y[to] = Lanes.sum(a0.add(a1)) + rest(x, at, base, i);
        y[to + outputs] = Lanes.sum(b0.add(b1)) + rest(x, b, base, i);
        y[to + 2 * outputs] = Lanes.sum(c0.add(c1)) + rest(x, c, base, i);
        y[to + 3 * outputs] = Lanes.sum(d0.add(d1)) + rest(x, d, base, i);
    }

    private IntVector pairs(long base, int i) {
        return Bfloats.pairs(weights, base + (long) i * Short.BYTES);
    }

    private float rest(float[] x, int at, long base, int from) {
        float sum = 0;
        for (int i = from; i < inputs; i++) {
            sum = Math.fma(weight(base, i), x[at + i], sum);
        }
        return sum;
    }

    private float weight(long base, int i) {
        return Bfloats.one(weights, base + (long) i * Short.BYTES);
    }

    @Override
    public void copyRow(int output, float[] to, int at) {
        long base = (long) output * inputs * Short.BYTES;
        for (int i = 0; i < inputs; i++) {
            to[at + i] = weight(base, i);
        }
    }
}
