package dev.millrace.bench.weights;

import java.nio.ByteBuffer;

/** How a tensor's values lie in a GGUF file; the numbers are ggml's. */
enum GgufType {
    F32(0, 1, 4),
    /** Blocks of 32 whole numbers, -127..127, after the f16 scale they are multiplied by. */
    Q8_0(8, 32, 34),
    BF16(30, 1, 2);

    private static final int LARGEST = 127;

    private final int number;
    private final int blockElements;
    private final int blockBytes;

    GgufType(int number, int blockElements, int blockBytes) {
        this.number = number;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** The number that ggml has for this type. */
    int number() {
        return number;
    }

    /**
     * Bytes that so many elements take.
     *
     * @throws IllegalArgumentException if they do not fill their blocks
     */
    long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    this + " takes multiples of " + blockElements + ", was " + elements);
        }
        return elements / blockElements * blockBytes;
    }

    /** Writes {@code count} values from {@code from} on, rounded to this type. */
    void put(ByteBuffer to, float[] values, int from, int count) {
        switch (this) {
            case F32 -> {
                for (int i = from; i < from + count; i++) {
                    to.putFloat(values[i]);
                }
            }
            case BF16 -> {
                for (int i = from; i < from + count; i++) {
                    to.putShort(bfloat16(values[i]));
                }
            }
            case Q8_0 -> {
                for (int i = from; i < from + count; i += blockElements) {
                    putBlock(to, values, i);
                }
            }
        }
    }

    /** Rounded half to even. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    private void putBlock(ByteBuffer to, float[] values, int from) {
        float largest = 0;
        for (int i = from; i < from + blockElements; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / LARGEST;
        to.putShort(Float.floatToFloat16(scale));
        for (int i = from; i < from + blockElements; i++) {
            to.put((byte) (scale == 0 ? 0 : Math.round(values[i] / scale)));
        }
    }
}
