package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.Optional;

/** One sequence's keys and values, written in place; not thread-safe. */
public final class KvCache implements AutoCloseable {
    private final NDManager scope;
    private final NDList keys;
    private final NDList values;
    private final int capacity;
    private final Runnable onClose;
    private Optional<Chunks> chunks = Optional.empty();
    private int length;
    private boolean closed;

    KvCache(NDManager scope, NDList keys, NDList values, int capacity, Runnable onClose) {
        this.scope = scope;
        this.keys = keys;
        this.values = values;
        this.capacity = capacity;
        this.onClose = onClose;
    }

    /** Every layer's keys, then every layer's values. */
    NDList tensors() {
        var all = new NDList(keys);
        all.addAll(values);
        return all; // each [kvHeads, capacity, headDim]
    }

    /** A layer's keys. */
    public NDArray keys(int layer) {
        return keys.get(layer); // [kvHeads, capacity, headDim]
    }

    /** A layer's values. */
    public NDArray values(int layer) {
        return values.get(layer); // [kvHeads, capacity, headDim]
    }

    /**
     * From the next token on, attend to what these select.
     *
     * @param selecting have taken over the tokens that this holds
     */
    public void selectWith(Chunks selecting) {
        if (selecting.length() != length) {
            throw new IllegalStateException(
                    "chunks of " + selecting.length() + " tokens cannot select from " + length);
        }
        chunks = Optional.of(selecting);
    }

    /** From the next token on, attend to everything. */
    public void seeAll() {
        chunks = Optional.empty();
    }

    /** What selects the positions to attend to; nothing if it is all of them. */
    public Optional<Chunks> chunks() {
        return chunks;
    }

    /** Tokens written; the next one's position. */
    public int length() {
        return length;
    }

    public int capacity() {
        return capacity;
    }

    /** Takes the next positions for tokens about to be written, and gives the first of them. */
    public int take(int tokens) {
        if (closed || tokens < 1 || tokens > capacity - length) {
            throw new IllegalStateException(
                    "cannot write "
                            + tokens
                            + " tokens at "
                            + length
                            + " of "
                            + capacity
                            + (closed ? ", closed" : ""));
        }
        int first = length;
        length += tokens;
        return first;
    }

    /** Forgets the tokens from a position on; what is taken next overwrites them. */
    public void forgetFrom(int position) {
        if (position < 0 || position > length) {
            throw new IllegalArgumentException(
                    "cannot forget from " + position + " on, holds " + length + " tokens");
        }
        length = position;
    }

    /** Frees the memory; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            scope.close();
            onClose.run();
        }
    }
}
