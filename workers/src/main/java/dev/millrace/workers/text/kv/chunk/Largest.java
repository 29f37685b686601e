package dev.millrace.workers.text.kv.chunk;

import java.util.Arrays;

/**
 * Finds the largest of many numbers without sorting them: counts how many begin with the same bits
 * (sign, exponent, three of the fraction), so that only those that share the last one's beginning
 * are to be compared.
 */
final class Largest {
    private static final int DROPPED = 20; // of a float's 32 bits
    private final int[] counts = new int[1 << (Integer.SIZE - DROPPED)];
    private long[] equals = new long[0];

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
        int[] places = new int[to - from];
        int found = 0;
        for (int i = from; i < to; i++) {
            int own = beginning(values[i]);
            if (own > beginning || (own == beginning && rank(values[i], i) >= least)) {
                places[found++] = i;
            }
        }
        return Arrays.copyOf(places, found);
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
