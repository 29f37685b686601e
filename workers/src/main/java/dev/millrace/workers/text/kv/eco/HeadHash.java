package dev.millrace.workers.text.kv.eco;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Turns one head's keys or queries, not yet rotated to their positions, into codes of bits. A code
 * depends on its own token alone: the same bits come out whenever and beside whatever it is
 * computed, and wherever the token stands.
 */
public sealed interface HeadHash permits AnchorHash, PlaneHash {
    /** A code is one number. */
    int MOST_BITS = Long.SIZE;

    int bits();

    /**
     * The code of {@code x} from {@code at} on.
     *
     * @param meter hears of it
     * @throws IllegalArgumentException if it has none, for it is no number
     */
    long code(float[] x, int at, Meter meter);

    /** Refuses more bits than a code has, or none. */
    static void requireBits(int bits) {
        if (bits < 1 || bits > MOST_BITS) {
            throw new IllegalArgumentException("bits must be 1..64, were " + bits);
        }
    }

    /** So many, up to whole lanes. */
    static int whole(int numbers) {
        return (numbers + COUNT - 1) / COUNT * COUNT;
    }

    /** A bit for each lane, set where it is positive. */
    static long signs(FloatVector lanes) {
        if (!lanes.test(VectorOperators.IS_FINITE).allTrue()) {
            throw new IllegalArgumentException(
                    "a code must be made of numbers, a key or query holds NaN or is infinite");
        }
        return lanes.compare(VectorOperators.GT, 0).toLong();
    }
}
