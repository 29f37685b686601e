package dev.millrace.workers.text;

import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.PromptBlocks;
import dev.millrace.workers.text.kv.chunk.Selecting;

import java.util.Optional;

/**
 * What a job asks of the engine, and the memory that this takes.
 *
 * @param blocks the prompt as others may share it
 * @param capacity most tokens that its sequence may come to hold
 * @param selecting what the sequence selects with; nothing if it looks at everything
 */
@SuppressWarnings("ArrayRecordComponent") // the sequence's own, and never compared
record Demand(
        int[] prompt,
        PromptBlocks blocks,
        TextParameters parameters,
        int capacity,
        Optional<Selecting> selecting) {
    /** Of a job that prompts of the same owner may share their beginnings with. */
    static Demand of(
            String owner,
            int[] prompt,
            TextParameters parameters,
            int capacity,
            Optional<Selecting> selecting) {
        var origin = new PromptBlocks.Origin(owner, selecting.isPresent());
        var blocks = PromptBlocks.of(origin, prompt, Intake.BLOCK);
        return new Demand(prompt, blocks, parameters, capacity, selecting);
    }

    /** Bytes of keys, values and what selects among them. */
    long bytes(KvLayout layout) {
        return layout.bytes(capacity) + beside();
    }

    private long beside() {
        return selecting.map(some -> some.mostBytes(capacity)).orElse(0L);
    }

    boolean canEverFit(KvStore store) {
        return bytes(store.layout()) <= store.limitBytes();
    }

    /** The memory, all of it at once; none while too much is in use. */
    Optional<KvCache> take(KvStore store, PrefixCache prefixes) {
        prefixes.makeRoom(bytes(store.layout()), blocks);
        var cache = store.allocate(capacity, beside());
        cache.ifPresent(memory -> selecting.ifPresent(some -> memory.selectWith(some.newChunks())));
        return cache;
    }
}
