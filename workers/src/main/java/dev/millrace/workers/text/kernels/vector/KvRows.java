package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.tensor.ElementType;

import java.lang.foreign.MemorySegment;

/**
 * How one head's keys or values are read and written: rows of {@code width} numbers, one after
 * another. Rows are named by the byte where the head's first one begins, and their numbers from
 * there.
 */
sealed interface KvRows permits BfloatRows, ByteRows, FloatRows {
    /** Rows of a head's width in a type. */
    static KvRows of(ElementType type, int width) {
        return switch (type) {
            case F32 -> new FloatRows(width);
            case BF16 -> new BfloatRows(width);
            case I8 -> new ByteRows(width);
            case F16, F64, I32, I64, U8, BOOL ->
                    throw new IllegalArgumentException(
                            "keys and values are kept in F32, BF16 or I8, not in " + type);
        };
    }

    /** Of one row. */
    long bytes();

    /** Numbers of a row that all its others are multiplied by. */
    default int scales() {
        return 0;
    }

    /** Writes a row from {@code x}, beginning at {@code at}. */
    void write(MemorySegment rows, long base, int row, float[] x, int at);

    /**
     * x as {@link #score} wants it, into {@code arranged}: one head, in both from {@code at} on.
     */
    void arrange(float[] x, int at, float[] arranged);

    /** The inverse of {@link #arrange}. */
    void restore(float[] arranged, int at, float[] x);

    /** scores[to + i] = row (from + i) * query, for {@code count} rows; query arranged. */
    void score(
            MemorySegment rows,
            long base,
            int from,
            int count,
            float[] query,
            int at,
            float[] scores,
            int to);

    /** sum += weights[at + i] * row (from + i), for {@code count} rows; sum arranged. */
    void add(
            MemorySegment rows,
            long base,
            int from,
            int count,
            float[] weights,
            int at,
            float[] sum,
            int to);
}
