package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Tensors;

import java.util.Optional;

/**
 * Hands out the memory of sequences and never more than its limit.
 *
 * <p>What a sequence may come to need is taken at once, so that no running sequence can ever find
 * the memory gone.
 */
public final class KvStore {
    private final NDManager manager;
    private final Tensors tensors;
    private final KvLayout layout;
    private final long limitBytes;
    private long usedBytes;

    public KvStore(NDManager manager, Tensors tensors, KvLayout layout, long limitBytes) {
        this.manager = manager;
        this.tensors = tensors;
        this.layout = layout;
        this.limitBytes = limitBytes;
    }

    /** Whether a sequence of so many tokens fits an empty store; if not, waiting will not help. */
    public boolean canEverHold(int tokens) {
        return layout.bytes(tokens) <= limitBytes;
    }

    /** Memory for a sequence of at most so many tokens; none while too much is in use. */
    public Optional<KvCache> allocate(int tokens) {
        long bytes = layout.bytes(tokens);
        if (bytes > limitBytes - usedBytes) {
            return Optional.empty();
        }
        var scope = manager.newSubManager();
        var keys = new NDList();
        var values = new NDList();
        for (int layer = 0; layer < layout.layers(); layer++) {
            keys.add(
                    tensors.empty(
                            scope, layout.type(), layout.kvHeads(), tokens, layout.headDim()));
            values.add(
                    tensors.empty(
                            scope, layout.type(), layout.kvHeads(), tokens, layout.headDim()));
        }
        usedBytes += bytes;
        return Optional.of(new KvCache(scope, keys, values, tokens, () -> usedBytes -= bytes));
    }

    public long usedBytes() {
        return usedBytes;
    }

    public long limitBytes() {
        return limitBytes;
    }

    public KvLayout layout() {
        return layout;
    }
}
