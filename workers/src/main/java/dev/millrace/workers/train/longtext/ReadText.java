package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.Arrays;

/** A text that has been read once, seeing everything, from which every arm goes on. */
final class ReadText implements AutoCloseable {
    /** Tokens of one call; more of them are read faster, and the block's own memory grows. */
    static final int BLOCK = 512;

    private final TorchKernels reader;
    private final KvCache cache;
    private final Trace trace;
    private final Logits logits = new Logits();

    /** Reads a text and keeps room for so many tokens after it, which may be forgotten. */
    ReadText(Bench bench, int[] tokens, int room) {
        this.reader = bench.reader();
        var store = reader.newKvStore(Long.MAX_VALUE);
        this.cache = store.allocateForgetting(tokens.length + room, room).orElseThrow();
        var part = bench.part(Arm.Adapters.OURS);
        this.trace = new Trace(part.layers(), part.keys().joinedWidth());
        read(tokens);
    }

    /** Reads on, seeing everything. */
    void read(int... tokens) {
        cache.selectWith(trace);
        for (int from = 0; from < tokens.length; from += BLOCK) {
            int to = Math.min(tokens.length, from + BLOCK);
            reader.prefill(cache, Arrays.copyOfRange(tokens, from, to), logits);
        }
    }

    KvCache cache() {
        return cache;
    }

    Trace trace() {
        return trace;
    }

    int length() {
        return trace.length();
    }

    /** What follows the last token that was read. */
    float[] logits() {
        return logits.row(0);
    }

    /** Forgets what was read after a mark. */
    void backTo(Chunks.Mark mark) {
        trace.backTo(mark);
        cache.forgetFrom(trace.length());
    }

    @Override
    public void close() {
        cache.close();
    }
}
