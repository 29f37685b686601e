package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.kv.eco.Tails;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One sequence's keys and values, written in place; not thread-safe. What a layer no longer sees,
 * newer positions overwrite.
 */
public final class KvCache implements AutoCloseable {
    private final NDManager scope;
    private final NDList keys;
    private final NDList values;
    private final int[] rows; // of each layer
    private final Room room;
    private final Runnable onClose;
    private Optional<Chunks> chunks = Optional.empty();
    private Optional<Tails> tails = Optional.empty();
    private int length;
    private int longest; // since it was empty
    private boolean closed;

    /**
     * What a sequence may come to be.
     *
     * @param tokens at most
     * @param forgettable of these at most so many are forgotten
     */
    record Room(int tokens, int forgettable) {}

    KvCache(NDManager scope, NDList keys, NDList values, Room room, Runnable onClose) {
        this.scope = scope;
        this.keys = keys;
        this.values = values;
        this.rows = keys.stream().mapToInt(each -> (int) each.getShape().get(1)).toArray();
        this.room = room;
        this.onClose = onClose;
    }

    /** Every layer's keys, then every layer's values. */
    NDList tensors() {
        var all = new NDList(keys);
        all.addAll(values);
        return all; // each [kvHeads, rows, rowElements]
    }

    /** A layer's keys. */
    public NDArray keys(int layer) {
        return keys.get(layer); // [kvHeads, rows, rowElements]
    }

    /** A layer's values. */
    public NDArray values(int layer) {
        return values.get(layer); // [kvHeads, rows, rowElements]
    }

    /** Positions that a layer keeps; position p lies in row p % rows. */
    public int rows(int layer) {
        return rows[layer];
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

    /** From the first token on, keep tails of what leaves the rows. */
    public void keepTails(Tails empty) {
        if (length > 0) {
            throw new IllegalStateException("tails begin with the first token, holds " + length);
        }
        tails = Optional.of(empty);
    }

    /** What is kept of tokens that have left the rows of some layers; nothing if none has tails. */
    public Optional<Tails> tails() {
        return tails;
    }

    /** What selects the positions to attend to; nothing if it is all of them. */
    public Optional<Chunks> chunks() {
        return chunks;
    }

    /** Tokens written; the next one's position. */
    public int length() {
        return length;
    }

    /** Most tokens. */
    public int capacity() {
        return room.tokens();
    }

    /** Takes the next positions for tokens about to be written, and gives the first of them. */
    public int take(int tokens) {
        if (closed || tokens < 1 || tokens > room.tokens() - length) {
            throw new IllegalStateException(
                    "cannot write "
                            + tokens
                            + " tokens at "
                            + length
                            + " of "
                            + room.tokens()
                            + (closed ? ", closed" : ""));
        }
        int first = length;
        length += tokens;
        longest = Math.max(longest, length);
        return first;
    }

    /**
     * Forgets the tokens from a position on; what is taken next overwrites them. What the layers
     * see before that position must still be there: of tokens that a window has passed only so many
     * can be forgotten as the memory was taken for, or all.
     */
    public void forgetFrom(int position) {
        if (position < 0 || position > length) {
            throw new IllegalArgumentException(
                    "cannot forget from " + position + " on, holds " + length + " tokens");
        }
        if (tails.isPresent() && position < length) {
            throw new IllegalStateException("what has gone into tails cannot be forgotten");
        }
        if (position > 0 && hasLost() && longest - position > room.forgettable()) {
            throw new IllegalStateException(
                    "cannot forget from "
                            + position
                            + " on, held "
                            + longest
                            + " tokens and may forget "
                            + room.forgettable());
        }
        length = position;
        longest = position == 0 ? 0 : longest;
    }

    /** Whether some layer has overwritten positions. */
    private boolean hasLost() {
        return IntStream.of(rows).anyMatch(count -> count < longest);
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
