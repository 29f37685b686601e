package dev.millrace.workers.text.kv;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.HugePages;
import dev.millrace.workers.tensor.Tensors;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

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
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong keptBytes = new AtomicLong();

    public KvStore(NDManager manager, Tensors tensors, KvLayout layout, long limitBytes) {
        this.manager = manager;
        this.tensors = tensors;
        this.layout = layout;
        this.limitBytes = limitBytes;
    }

    /** Memory for a sequence of at most so many tokens; none while too much is in use. */
    public Optional<KvCache> allocate(int tokens) {
        return allocate(tokens, 0);
    }

    /**
     * The same for a sequence that holds {@code beside} more bytes elsewhere: these count as well.
     */
    public Optional<KvCache> allocate(int tokens, long beside) {
        return allocate(layout, tokens, beside);
    }

    /** The same in another layout, of the same type. */
    public Optional<KvCache> allocate(KvLayout other, int tokens, long beside) {
        return take(other, tokens, 0, other.bytes(tokens) + beside);
    }

    /** The same for a sequence that may forget so many of its newest tokens. */
    public Optional<KvCache> allocateForgetting(int tokens, int forgettable) {
        return take(layout, tokens, forgettable, layout.bytes(tokens, forgettable));
    }

    private Optional<KvCache> take(KvLayout lying, int tokens, int forgettable, long bytes) {
        if (bytes > freeBytes()) {
            return Optional.empty();
        }
        var scope = manager.newSubManager();
        var keys = new NDList();
        var values = new NDList();
        for (int layer = 0; layer < lying.layers(); layer++) {
            int rows = lying.rows(layer, tokens, forgettable);
            keys.add(newRows(scope, rows));
            values.add(newRows(scope, rows));
        }
        usedBytes.addAndGet(bytes);
        Runnable giveBack = () -> usedBytes.addAndGet(-bytes);
        var room = new KvCache.Room(tokens, forgettable);
        return Optional.of(new KvCache(scope, keys, values, room, giveBack));
    }

    private NDArray newRows(NDManager scope, int rows) {
        var some =
                tensors.empty(scope, layout.type(), layout.kvHeads(), rows, layout.rowElements());
        if (some.getDevice().equals(Device.cpu())) {
            HugePages.advise(some);
        }
        return some;
    }

    /** What running sequences hold; may be asked by any thread. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** What is kept for sequences to come; may be asked by any thread. */
    long keptBytes() {
        return keptBytes.get();
    }

    /** More is kept, or less. */
    void addKept(long bytes) {
        keptBytes.addAndGet(bytes);
    }

    /** What nobody holds. */
    long freeBytes() {
        return limitBytes - usedBytes.get() - keptBytes.get();
    }

    /** Where its memory lives. */
    NDManager scope() {
        return manager;
    }

    public long limitBytes() {
        return limitBytes;
    }

    public KvLayout layout() {
        return layout;
    }
}
