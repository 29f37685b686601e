package dev.millrace.workers.train.eco;

import java.util.List;

/**
 * A text that says the same twice: half a row, and that half again. What follows in the second half
 * stands half a row before, beyond the window if it is shorter than that.
 */
final class Repeats {
    private Repeats() {}

    /** The position from which on the next token has been said before. */
    static int second(int length) {
        return length / 2;
    }

    /** The first half of one of the rows, twice. */
    static int[] of(List<int[]> rows, int length, int index) {
        int[] row = rows.get(index % rows.size());
        int half = length / 2;
        var twice = new int[2 * half];
        System.arraycopy(row, 0, twice, 0, half);
        System.arraycopy(row, 0, twice, half, half);
        return twice;
    }
}
