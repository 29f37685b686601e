package dev.millrace.workers.text.kernels.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.SHORT;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/**
 * Numbers in bf16, widened while they are read. A lane of 32 bits holds two: its upper half is the
 * odd one's float but for bits that are masked off, its lower half, shifted up, the even one's. So
 * what they meet is arranged in blocks of two vectors: the even ones, then the odd ones; what is
 * left over stays as it is.
 */
final class Bfloats {
    static final int BLOCK = 2 * COUNT;

    private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;

    private Bfloats() {}

    static IntVector pairs(MemorySegment from, long byteOffset) {
        return IntVector.fromMemorySegment(PAIRS, from, byteOffset, Lanes.ORDER);
    }

    static float one(MemorySegment from, long byteOffset) {
        return Lanes.widened(from.get(SHORT, byteOffset));
    }

    static void arrange(float[] x, int at, int width, float[] arranged) {
        int whole = width / BLOCK * BLOCK;
        for (int block = at; block < at + whole; block += BLOCK) {
            for (int i = 0; i < COUNT; i++) {
                arranged[block + i] = x[block + 2 * i];
                arranged[block + COUNT + i] = x[block + 2 * i + 1];
            }
        }
        System.arraycopy(x, at + whole, arranged, at + whole, width - whole);
    }

    /** The inverse of {@link #arrange}. */
    static void restore(float[] arranged, int at, int width, float[] x) {
        int whole = width / BLOCK * BLOCK;
        for (int block = at; block < at + whole; block += BLOCK) {
            for (int i = 0; i < COUNT; i++) {
                x[block + 2 * i] = arranged[block + i];
                x[block + 2 * i + 1] = arranged[block + COUNT + i];
            }
        }
        System.arraycopy(arranged, at + whole, x, at + whole, width - whole);
    }
}
