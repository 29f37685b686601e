package dev.millrace.workers.text.kv;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.Sight;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How the keys and values of one sequence lie in memory: per layer two tensors [kvHeads, rows,
 * rowElements]. Position p lies in row p % rows: a layer that sees everything has a row for each
 * position, one with a window a ring of the newest ones.
 *
 * @param windows of each layer, how many newest positions it sees; 0: all
 * @param type of a row's numbers; in I8 an f32 scale stands before them
 */
public record KvLayout(List<Integer> windows, int kvHeads, int headDim, ElementType type) {
    public KvLayout {
        windows = List.copyOf(windows);
    }

    /** Each layer keeps what it sees. */
    public static KvLayout of(DecoderConfig config, ElementType type) {
        var windows = config.sights().stream().map(Sight::window).toList();
        return new KvLayout(windows, config.kvHeads(), config.headDim(), type);
    }

    /** Each layer keeps everything. */
    public static KvLayout whole(DecoderConfig config, ElementType type) {
        var windows = Collections.nCopies(config.layers(), 0);
        return new KvLayout(windows, config.kvHeads(), config.headDim(), type);
    }

    /** The same, where some layers keep so many rows and no more. */
    public KvLayout keeping(int rows, Set<Integer> layers) {
        var kept =
                IntStream.range(0, layers())
                        .mapToObj(layer -> layers.contains(layer) ? rows : windows.get(layer))
                        .toList();
        return new KvLayout(kept, kvHeads, headDim, type);
    }

    int layers() {
        return windows.size();
    }

    /**
     * Positions that a layer keeps of so many tokens.
     *
     * @param forgettable of these tokens so many may be forgotten, and the window before them is
     *     still there
     */
    int rows(int layer, int tokens, int forgettable) {
        int window = windows.get(layer);
        return window > 0 ? (int) Math.min(tokens, (long) window + forgettable) : tokens;
    }

    /** Elements of one head at one position: its numbers, and in I8 the bytes of their scale. */
    int rowElements() {
        return type == ElementType.I8 ? Float.BYTES + headDim : headDim;
    }

    /** Bytes that a sequence of at most so many tokens holds. */
    public long bytes(int tokens) {
        return bytes(tokens, 0);
    }

    /** The same where so many of them may be forgotten. */
    long bytes(int tokens, int forgettable) {
        long rows =
                IntStream.range(0, layers())
                        .mapToLong(layer -> rows(layer, tokens, forgettable))
                        .sum();
        return 2 * rows * kvHeads * rowElements() * type.bytes();
    }
}
