package dev.millrace.bench;

import dev.millrace.bench.weights.Precision;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Whether two decoders computed the same model from the same tokens.
 *
 * <p>The measure is the root of the mean square of the difference, divided by that of the logits.
 * Wrong weights, positions or masks bring it to about 1. What may remain is rounding: of sums in
 * f32; of activations and caches to 16 bits beside bf16 weights; of activations to 8 bits, as
 * llama.cpp does beside Q8_0.
 */
final class Agreement {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Agreement() {}

    /** Of two files of logits, f32 one after the other. */
    static double difference(byte[] theirs, byte[] ours) {
        if (theirs.length != ours.length) {
            throw new IllegalArgumentException(
                    "must have " + ours.length + " bytes, has " + theirs.length);
        }
        var a = MemorySegment.ofArray(theirs);
        var b = MemorySegment.ofArray(ours);
        double difference = 0;
        double size = 0;
        for (long at = 0; at < ours.length; at += Float.BYTES) {
            double one = b.get(FLOAT, at);
            double delta = a.get(FLOAT, at) - one;
            difference += delta * delta;
            size += one * one;
        }
        return Math.sqrt(difference / size);
    }

    /** How many of the rows have their largest value at the same place. */
    static int sameGreedy(byte[] theirs, byte[] ours, int rows) {
        int same = 0;
        for (int row = 0; row < rows; row++) {
            if (largest(theirs, row, rows) == largest(ours, row, rows)) {
                same++;
            }
        }
        return same;
    }

    private static long largest(byte[] logits, int row, int rows) {
        var memory = MemorySegment.ofArray(logits);
        long width = logits.length / rows / Float.BYTES;
        long best = 0;
        for (long i = 1; i < width; i++) {
            if (at(memory, row * width + i) > at(memory, row * width + best)) {
                best = i;
            }
        }
        return best;
    }

    private static float at(MemorySegment logits, long index) {
        return logits.get(FLOAT, index * Float.BYTES);
    }

    /** The largest difference that rounding explains. */
    static double allowed(Precision precision) {
        return switch (precision) {
            case F32 -> 1e-3;
            case BF16 -> 0.05;
            case INT8 -> 0.1;
        };
    }

    /** Whether the greedy tokens must be the same, too: where sums alone are rounded. */
    static boolean mustBeGreedy(Precision precision) {
        return switch (precision) {
            case F32 -> true;
            case BF16, INT8 -> false;
        };
    }
}
