package dev.millrace.workers.text.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Rows of unnormalised log-probabilities over the vocabulary, in main memory; used again for every
 * step.
 */
public final class Logits {
    private float[][] rows = new float[0][0];

    /** One sequence's row; valid until the next step. */
    public float[] row(int index) {
        return rows[index];
    }

    /** Takes rows of f32 over from a kernel. */
    public void fill(int count, int vocabulary, MemorySegment values) {
        makeRoom(count, vocabulary);
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(
                    values,
                    ValueLayout.JAVA_FLOAT,
                    (long) i * vocabulary * Float.BYTES,
                    rows[i],
                    0,
                    vocabulary);
        }
    }

    /** Takes one of {@code count} rows over: so many values from {@code at} on. */
    public void set(int index, int count, float[] values, int at, int vocabulary) {
        makeRoom(count, vocabulary);
        System.arraycopy(values, at, rows[index], 0, vocabulary);
    }

    /** Keeps the rows there are: those before the one being set have been set. */
    private void makeRoom(int count, int vocabulary) {
        int kept = rows.length;
        if (kept < count) {
            rows = Arrays.copyOf(rows, count);
            for (int i = kept; i < count; i++) {
                rows[i] = new float[vocabulary];
            }
        }
    }
}
