package dev.millrace.workers.image.flow.tarflow.vector;

/**
 * Rows of numbers in one array.
 *
 * @param values from {@code first} on, {@code stride} from one row to the next
 */
@SuppressWarnings("ArrayRecordComponent") // read and written by kernels, never compared
record Rows(float[] values, int first, int stride) {
    static Rows of(int rows, int stride) {
        return new Rows(new float[rows * stride], 0, stride);
    }

    int at(int row) {
        return first + row * stride;
    }

    /** From this row on. */
    Rows from(int row) {
        return new Rows(values, at(row), stride);
    }

    boolean holds(int rows) {
        return values.length >= rows * stride;
    }
}
