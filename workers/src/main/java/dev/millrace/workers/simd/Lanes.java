package dev.millrace.workers.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What all kernels share: how many floats the machine computes at once, and how they are read.
 *
 * <p>A stream that is continued must get the same bits, also before and after the compiler has come
 * by. So lanes are added in one order (the order of {@code reduceLanes} is not defined), and the
 * exponential is made of plain steps (that of the Vector API may round differently when compiled).
 */
public final class Lanes {
    public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    public static final int COUNT = FLOATS.length();
    public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    public static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    public static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);

    private static final VectorShuffle<Float> BY_8 = turned(8);
    private static final VectorShuffle<Float> BY_4 = turned(4);
    private static final VectorShuffle<Float> BY_2 = turned(2);
    private static final VectorShuffle<Float> BY_1 = turned(1);

    /** Adding it rounds a small float to a whole number. */
    private static final float MAGIC = 1.5f * (1 << 23);

    private static final int UPPER_HALF = 0xFFFF0000;

    private Lanes() {}

    public static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(FLOATS, from, at);
    }

    public static FloatVector load(MemorySegment from, long byteOffset) {
        return FloatVector.fromMemorySegment(FLOATS, from, byteOffset, ORDER);
    }

    public static FloatVector zero() {
        return FloatVector.zero(FLOATS);
    }

    /** The sum of all lanes: halves onto halves. */
    public static float sum(FloatVector lanes) {
        var sum = lanes;
        if (COUNT > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (COUNT > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        if (COUNT > 2) {
            sum = sum.add(sum.rearrange(BY_2));
        }
        return sum.add(sum.rearrange(BY_1)).lane(0);
    }

    private static VectorShuffle<Float> turned(int by) {
        return VectorShuffle.iota(FLOATS, by, 1, true);
    }

    /**
     * e^x for x in -87..0, within 2e-7 of it; less gives e^-87. Cephes: x = n ln 2 + r, e^r by a
     * polynomial, 2^n by the exponent's bits.
     */
    public static FloatVector exp(FloatVector x) {
        var bounded = x.max(-87f);
        var n = bounded.fma(broadcast(1.442695f), broadcast(MAGIC)).sub(MAGIC);
        var r = n.fma(broadcast(-0.6933594f), bounded);
        r = n.fma(broadcast(0.00021219444f), r);
        var p = broadcast(0.00019875691f);
        p = p.fma(r, broadcast(0.0013981999f));
        p = p.fma(r, broadcast(0.008333452f));
        p = p.fma(r, broadcast(0.041665796f));
        p = p.fma(r, broadcast(0.16666666f));
        p = p.fma(r, broadcast(0.5f));
        p = p.fma(r.mul(r), r).add(1f);
        var exponent =
                ((IntVector) n.convert(VectorOperators.F2I, 0))
                        .add(127)
                        .lanewise(VectorOperators.LSHL, 23);
        return p.mul(exponent.reinterpretAsFloats());
    }

    public static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /** Twice as many numbers in bf16 as there are lanes, two in each. */
    public static IntVector pairs(short[] from, int at) {
        return ShortVector.fromArray(ShortVector.SPECIES_PREFERRED, from, at).reinterpretAsInts();
    }

    /** What the lower half of each lane stands for. */
    public static FloatVector lower(IntVector pairs) {
        return pairs.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
    }

    /** What the upper half of each lane stands for. */
    public static FloatVector upper(IntVector pairs) {
        return pairs.and(UPPER_HALF).reinterpretAsFloats();
    }

    /** The nearest bf16; of two, the even one. */
    public static short narrowed(float x) {
        int bits = Float.floatToRawIntBits(x);
        if (Float.isNaN(x)) {
            return (short) (bits >>> Short.SIZE | 0x40);
        }
        return (short) ((bits + 0x7FFF + (bits >>> Short.SIZE & 1)) >>> Short.SIZE);
    }

    /** The float that 16 bits of bfloat16 stand for. */
    public static float widened(short bfloat16) {
        return Float.intBitsToFloat(bfloat16 << 16);
    }
}
