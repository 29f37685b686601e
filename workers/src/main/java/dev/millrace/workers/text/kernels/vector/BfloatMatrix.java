package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.text.kernels.vector.Lanes.COUNT;
import static dev.millrace.workers.text.kernels.vector.Lanes.SHORT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/**
 * Weights in bf16, widened while they are read. A lane of 32 bits holds two: its upper half is the
 * odd one's float but for bits that are masked off, its lower half, shifted up, the even one's. So
 * x is arranged in blocks of two vectors: the even ones, then the odd ones.
 */
record BfloatMatrix(MemorySegment weights, int outputs, int inputs) implements Matrix {
    private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;
    private static final int BLOCK = 2 * COUNT;
    private static final int UPPER_HALF = 0xFFFF0000;

    @Override
    public long bytes() {
        return weights.byteSize();
    }

    @Override
    public float[] arrange(float[] x, int rows, float[] arranged) {
        int whole = inputs / BLOCK * BLOCK;
        for (int row = 0; row < rows; row++) {
            int at = row * inputs;
            for (int block = 0; block < whole; block += BLOCK) {
                for (int i = 0; i < COUNT; i++) {
                    arranged[at + block + i] = x[at + block + 2 * i];
                    arranged[at + block + COUNT + i] = x[at + block + 2 * i + 1];
                }
            }
            System.arraycopy(x, at + whole, arranged, at + whole, inputs - whole);
        }
        return arranged;
    }

    @Override
    public float one(float[] x, int at, int output) {
        long base = (long) output * inputs * Short.BYTES;
        FloatVector s0 = Lanes.zero();
        FloatVector s1 = Lanes.zero();
        int i = 0;
        for (; i + BLOCK <= inputs; i += BLOCK) {
            var pairs = pairs(base, i);
            s0 = even(pairs).fma(Lanes.load(x, at + i), s0);
            s1 = odd(pairs).fma(Lanes.load(x, at + i + COUNT), s1);
        }
        return Lanes.sum(s0.add(s1)) + rest(x, at, base, i);
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
        for (; i + BLOCK <= inputs; i += BLOCK) {
            var pairs = pairs(base, i);
            var w = even(pairs);
            a0 = w.fma(Lanes.load(x, at + i), a0);
            b0 = w.fma(Lanes.load(x, b + i), b0);
            c0 = w.fma(Lanes.load(x, c + i), c0);
            d0 = w.fma(Lanes.load(x, d + i), d0);
            w = odd(pairs);
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
        return IntVector.fromMemorySegment(
                PAIRS, weights, base + (long) i * Short.BYTES, Lanes.ORDER);
    }

    private static FloatVector even(IntVector pairs) {
        return pairs.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
    }

    private static FloatVector odd(IntVector pairs) {
        return pairs.and(UPPER_HALF).reinterpretAsFloats();
    }

    private float rest(float[] x, int at, long base, int from) {
        float sum = 0;
        for (int i = from; i < inputs; i++) {
            sum = Math.fma(weight(base, i), x[at + i], sum);
        }
        return sum;
    }

    private float weight(long base, int i) {
        return Lanes.widened(weights.get(SHORT, base + (long) i * Short.BYTES));
    }

    @Override
    public void copyRow(int output, float[] to, int at) {
        long base = (long) output * inputs * Short.BYTES;
        for (int i = 0; i < inputs; i++) {
            to[at + i] = weight(base, i);
        }
    }
}
