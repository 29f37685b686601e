package dev.millrace.workers.text.kv.chunk;

import java.util.Arrays;

/** Finds the largest of many numbers without sorting all of them. */
final class Largest {
    private Largest() {}

    /**
     * Reorders {@code values} from {@code from} to before {@code to} such that the {@code count}
     * largest stand at the end, in rising order. No two may be equal. Quickselect (C. A. R. Hoare,
     * 1961), then a sort of the end.
     */
    static void first(long[] values, int from, int to, int count) {
        int border = to - count;
        int low = from;
        int high = to - 1;
        while (low < high) {
            long pivot = median(values[low], values[low + (high - low) / 2], values[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long swapped = values[i];
                    values[i++] = values[j];
                    values[j--] = swapped;
                }
            }
            if (border <= j) {
                high = j;
            } else if (border >= i) {
                low = i;
            } else {
                break;
            }
        }
        Arrays.sort(values, border, to);
    }

    private static long median(long a, long b, long c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
