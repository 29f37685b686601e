package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/**
 * Finds the largest of many numbers without sorting them. Of very many, first those that exceed
 * some limit which not many do, guessed from mean and deviation. Then it counts how many begin with
 * the same bits (sign, exponent, three of the fraction), so that only those that share the last
 * one's beginning are to be compared.
 */
final class Largest {
    private static final int DROPPED = 20; // of a float's 32 bits
    private static final int MANY = 1024;
    private static final int FEW = 4; // times those that are wanted
    private static final int GUESSES = 12;
    private static final int SKIPPED = 16;
    private static final float STEP = 0.35f; // deviations between guesses

    private final int[] counts = new int[1 << (Integer.SIZE - DROPPED)];
    private long[] equals = new long[0];
    private float[] exceeding = new float[0];
    private int[] places = new int[0];

    /**
     * Where the {@code count} largest of {@code values} from {@code from} to before {@code to}
     * stand, in rising order; of equal ones the earlier.
     */
    int[] of(float[] values, int from, int to, int count) {
        if (count >= to - from) {
            int[] all = new int[to - from];
            Arrays.setAll(all, i -> from + i);
            return all;
        }
        if (count == 0) {
            return new int[0];
        }
        if (to - from < Math.max(MANY, 2 * FEW * count)) {
            return among(values, from, to, count);
        }
        int found = exceeding(values, from, to, count);
        if (found < count) {
            return among(values, from, to, count);
        }
        int[] best = among(exceeding, 0, found, count);
        for (int i = 0; i < best.length; i++) {
            best[i] = places[best[i]];
        }
        return best;
    }

    /**
     * Collects values above a limit, and their places: at least {@code count} of them, and not many
     * more.
     *
     * @return how many; 0 if no such limit was found
     */
    private int exceeding(float[] values, int from, int to, int count) {
        int some = 0; // are enough for a guess
        float mean = 0;
        for (int i = from; i < to; i += SKIPPED) {
            mean += values[i];
            some++;
        }
        mean /= some;
        float deviation = 0;
        for (int i = from; i < to; i += SKIPPED) {
            deviation += (values[i] - mean) * (values[i] - mean);
        }
        deviation = (float) Math.sqrt(deviation / some);
        float limit = mean + deviation;
        for (int guess = 0; guess < GUESSES; guess++) {
            int greater = countAbove(values, from, to, limit);
            if (greater >= count && greater <= FEW * count) {
                return collectAbove(values, from, to, limit, greater);
            }
            limit += greater < count ? -STEP * deviation : STEP * deviation;
        }
        return 0;
    }

    private static int countAbove(float[] values, int from, int to, float limit) {
        int greater = 0;
        int i = from;
        for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
            greater += Lanes.load(values, i).compare(VectorOperators.GT, limit).trueCount();
        }
        for (; i < to; i++) {
            greater += values[i] > limit ? 1 : 0;
        }
        return greater;
    }

    private int collectAbove(float[] values, int from, int to, float limit, int count) {
        if (places.length < count) {
            places = new int[2 * count];
            exceeding = new float[2 * count];
        }
        int found = 0;
        int i = from;
        for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
            long above = Lanes.load(values, i).compare(VectorOperators.GT, limit).toLong();
            for (; above != 0; above &= above - 1) {
                places[found++] = i + Long.numberOfTrailingZeros(above);
            }
        }
        for (; i < to; i++) {
            if (values[i] > limit) {
                places[found++] = i;
            }
        }
        for (int place = 0; place < found; place++) {
            exceeding[place] = values[places[place]];
        }
        return found;
    }

    private int[] among(float[] values, int from, int to, int count) {
        Arrays.fill(counts, 0);
        for (int i = from; i < to; i++) {
            counts[beginning(values[i])]++;
        }
        int last = counts.length - 1;
        int greater = 0;
        while (greater + counts[last] < count) {
            greater += counts[last--];
        }
        return collect(values, from, to, last, least(values, from, to, last, count - greater));
    }

    /** The rank of the {@code count}th largest of those with a beginning. */
    private long least(float[] values, int from, int to, int beginning, int count) {
        if (equals.length < counts[beginning]) {
            equals = new long[2 * counts[beginning]];
        }
        int found = 0;
        for (int i = from; i < to; i++) {
            if (beginning(values[i]) == beginning) {
                equals[found++] = rank(values[i], i);
            }
        }
        Arrays.sort(equals, 0, found);
        return equals[found - count];
    }

    private static int[] collect(float[] values, int from, int to, int beginning, long least) {
        int[] best = new int[to - from];
        int found = 0;
        for (int i = from; i < to; i++) {
            int own = beginning(values[i]);
            if (own > beginning || (own == beginning && rank(values[i], i) >= least)) {
                best[found++] = i;
            }
        }
        return Arrays.copyOf(best, found);
    }

    /** Rises with the value; of equal ones the earlier has the higher. */
    private static long rank(float value, int place) {
        return (long) ordered(value) << Integer.SIZE | Integer.MAX_VALUE - place;
    }

    private static int beginning(float value) {
        return (ordered(value) >> DROPPED) + (1 << (Integer.SIZE - DROPPED - 1));
    }

    /** Bits that rise with the value. */
    private static int ordered(float value) {
        int bits = Float.floatToRawIntBits(value + 0f); // no negative zero
        return bits ^ (bits >> (Integer.SIZE - 1) & Integer.MAX_VALUE);
    }
}
