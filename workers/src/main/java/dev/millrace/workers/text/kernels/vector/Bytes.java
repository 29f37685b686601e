package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/** Whole numbers in int8, widened while they are read. */
final class Bytes {
    /** The largest; there is none below its negative. */
    static final int LARGEST = 127;

    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.max(64, Lanes.COUNT * Byte.SIZE)));

    /** Bytes that are read for one vector of floats; with short vectors more than it has lanes. */
    static final int REACH = BYTES.length();

    private Bytes() {}

    static FloatVector floats(MemorySegment from, long byteOffset) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, from, byteOffset, Lanes.ORDER)
                        .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
    }
}
