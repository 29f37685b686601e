package dev.millrace.workers.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import ai.djl.ndarray.types.DataType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a tensor's elements are: the name safetensors has for it, libtorch's number
 * (c10/core/ScalarType.h), its width.
 *
 * <p>bf16 has no DJL type: its JNI knows nine of them, and a request for BFLOAT16 aborts the JVM.
 * So {@link #djl()} refuses it, and {@link Tensors} makes such tensors inside libtorch.
 */
public enum ElementType {
    F32(6, 4),
    F16(5, 2),
    BF16(15, 2),
    F64(7, 8),
    I64(4, 8),
    I32(3, 4),
    I8(1, 1),
    U8(0, 1),
    BOOL(11, 1);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private final int torch;
    private final int bytes;

    ElementType(int torch, int bytes) {
        this.torch = torch;
        this.bytes = bytes;
    }

    public static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** libtorch's number of this type, as TorchScript takes it. */
    public int torch() {
        return torch;
    }

    /** Width of one element. */
    public int bytes() {
        return bytes;
    }

    /**
     * DJL's word for this type; there is none for bf16, and asking for it is a bug that would end
     * the JVM.
     */
    public DataType djl() {
        return switch (this) {
            case F32 -> DataType.FLOAT32;
            case F16 -> DataType.FLOAT16;
            case BF16 ->
                    throw new IllegalArgumentException(
                            "DJL has no bf16; make the tensor with Tensors");
            case F64 -> DataType.FLOAT64;
            case I64 -> DataType.INT64;
            case I32 -> DataType.INT32;
            case I8 -> DataType.INT8;
            case U8 -> DataType.UINT8;
            case BOOL -> DataType.BOOLEAN;
        };
    }

    /** Element {@code index} of little-endian memory as a float; exact for F32, F16 and BF16. */
    public float floatAt(MemorySegment memory, long index) {
        long at = index * bytes;
        return switch (this) {
            case F32 -> memory.get(FLOAT, at);
            case F16 -> Float.float16ToFloat(memory.get(SHORT, at));
            case BF16 -> Float.intBitsToFloat(memory.get(SHORT, at) << 16);
            case F64 -> (float) memory.get(DOUBLE, at);
            case I64, I32, I8, U8, BOOL -> longAt(memory, index);
        };
    }

    /** Element {@code index} of little-endian memory that holds integers. */
    public long longAt(MemorySegment memory, long index) {
        long at = index * bytes;
        return switch (this) {
            case I64 -> memory.get(LONG, at);
            case I32 -> memory.get(INT, at);
            case I8 -> memory.get(ValueLayout.JAVA_BYTE, at);
            case U8, BOOL -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, at));
            case F32, F16, BF16, F64 ->
                    throw new IllegalArgumentException(this + " does not hold integers");
        };
    }

    /** Stores a value rounded to this type, half to even. */
    public void put(MemorySegment memory, long index, float value) {
        long at = index * bytes;
        switch (this) {
            case F32 -> memory.set(FLOAT, at, value);
            case F16 -> memory.set(SHORT, at, Float.floatToFloat16(value));
            case BF16 -> memory.set(SHORT, at, brainFloat(value));
            case F64 -> memory.set(DOUBLE, at, value);
            case I64 -> memory.set(LONG, at, (long) value);
            case I32 -> memory.set(INT, at, (int) value);
            case I8, U8, BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (int) value);
        }
    }

    private static short brainFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
