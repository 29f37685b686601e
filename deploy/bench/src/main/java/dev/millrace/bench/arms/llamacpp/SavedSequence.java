package dev.millrace.bench.arms.llamacpp;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A sequence's keys and values as {@code llama_state_seq_get_data} saves them: how many tokens, the
 * position of each, then per layer a row of keys for each token, then per layer the values, either
 * likewise (with flash attention) or per column a value for each token.
 */
final class SavedSequence {
    private static final long POSITION_BYTES = 8; // the position, and no sequences named

    private final MemorySegment from;
    private final MemorySegment to;
    private final int held;
    private final int context;
    private long read;
    private long written;

    private SavedSequence(MemorySegment from, MemorySegment to, int held, int context) {
        this.from = from;
        this.to = to;
        this.held = held;
        this.context = context;
    }

    /**
     * The same sequence with {@code context} tokens, whose keys and values repeat those it has.
     *
     * @throws IllegalStateException if the state is laid out otherwise
     */
    static MemorySegment repeated(MemorySegment saved, int context, Arena arena) {
        int held = saved.get(JAVA_INT_UNALIGNED, 0);
        var to = LlamaLibrary.bytes(arena, (saved.byteSize() / held + 1) * context + 4096);
        var copy = new SavedSequence(saved, to, held, context);
        copy.run();
        return to.asSlice(0, copy.written);
    }

    private void run() {
        read = Integer.BYTES + held * POSITION_BYTES;
        putInt(context);
        for (int position = 0; position < context; position++) {
            putInt(position);
            putInt(0);
        }
        boolean isTransposed = copyInt() == 1;
        int layers = copyInt();
        for (int layer = 0; layer < layers; layer++) {
            repeatRows();
        }
        for (int layer = 0; layer < layers; layer++) {
            if (isTransposed) {
                repeatColumns();
            } else {
                repeatRows();
            }
        }
        if (read != from.byteSize()) {
            throw new IllegalStateException(
                    "expected a saved sequence of " + read + " bytes, was " + from.byteSize());
        }
    }

    private void repeatRows() {
        copyInt(); // type
        repeat(copyLong()); // bytes of one token's row
    }

    private void repeatColumns() {
        copyInt(); // type
        int bytes = copyInt(); // of one value
        int columns = copyInt();
        for (int column = 0; column < columns; column++) {
            repeat(bytes);
        }
    }

    /** Copies one thing per token, again and again until there are as many as tokens. */
    private void repeat(long bytes) {
        for (int token = 0; token < context; token += held) {
            long size = Math.min(held, context - token) * bytes;
            MemorySegment.copy(from, read, to, written, size);
            written += size;
        }
        read += held * bytes;
    }

    private void putInt(int value) {
        to.set(JAVA_INT_UNALIGNED, written, value);
        written += Integer.BYTES;
    }

    private int copyInt() {
        int value = from.get(JAVA_INT_UNALIGNED, read);
        read += Integer.BYTES;
        putInt(value);
        return value;
    }

    private long copyLong() {
        long value = from.get(JAVA_LONG_UNALIGNED, read);
        read += Long.BYTES;
        to.set(JAVA_LONG_UNALIGNED, written, value);
        written += Long.BYTES;
        return value;
    }
}
