package dev.millrace.workers.text.kv;

import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.Tailing;

import java.util.Optional;

/** How a sequence's tokens look at those before them, and the memory that this takes. */
public sealed interface Look {
    /** At everything. */
    record Whole() implements Look {}

    /** At chunks that are selected. */
    record Selected(Selecting selecting) implements Look {}

    /** At the newest, and at sums of what has left them. */
    record Tailed(Tailing tailing) implements Look {}

    /** Bytes of keys, values and what else a sequence of at most so many tokens holds. */
    default long bytes(KvLayout usual, int tokens) {
        return layout(usual).bytes(tokens) + beside(tokens);
    }

    private KvLayout layout(KvLayout usual) {
        return switch (this) {
            case Whole(), Selected(_) -> usual;
            case Tailed(var tailing) -> usual.keeping(tailing.settings().rows(), tailing.layers());
        };
    }

    private long beside(int tokens) {
        return switch (this) {
            case Whole() -> 0;
            case Selected(var selecting) -> selecting.mostBytes(tokens);
            case Tailed(var tailing) -> tailing.bytes();
        };
    }

    /** The memory, all of it at once; none while too much is in use. */
    default Optional<KvCache> take(KvStore store, int tokens) {
        var cache = store.allocate(layout(store.layout()), tokens, beside(tokens));
        cache.ifPresent(this::prepare);
        return cache;
    }

    private void prepare(KvCache cache) {
        switch (this) {
            case Whole() -> {}
            case Selected(var selecting) -> cache.selectWith(selecting.newChunks());
            case Tailed(var tailing) -> cache.keepTails(tailing.newTails());
        }
    }

    /** Whether a sequence selects; with others it shares no beginnings. */
    default boolean selects() {
        return switch (this) {
            case Selected(_) -> true;
            case Whole(), Tailed(_) -> false;
        };
    }

    /** Whether the beginning of a prompt may be copied from an earlier one's. */
    default boolean isShared() {
        return switch (this) {
            case Whole(), Selected(_) -> true;
            case Tailed(_) -> false; // sums cannot be cut at a block
        };
    }
}
