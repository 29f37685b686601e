package dev.millrace.workers.text;

import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.PromptBlocks;

import java.util.Optional;

/**
 * What a job asks of the engine, and the memory that this takes.
 *
 * @param blocks the prompt as others may share it
 * @param capacity most tokens that its sequence may come to hold
 * @param look how the sequence's tokens look at those before them
 */
@SuppressWarnings("ArrayRecordComponent") // the sequence's own, and never compared
record Demand(
        int[] prompt, PromptBlocks blocks, TextParameters parameters, int capacity, Look look) {
    /** Of a job that prompts of the same owner may share their beginnings with. */
    static Demand of(
            String owner, int[] prompt, TextParameters parameters, int capacity, Look look) {
        var origin = new PromptBlocks.Origin(owner, look.selects());
        var blocks = PromptBlocks.of(origin, prompt, Intake.BLOCK);
        return new Demand(prompt, blocks, parameters, capacity, look);
    }

    /** Bytes of keys, values and what belongs to them. */
    long bytes(KvLayout layout) {
        return look.bytes(layout, capacity);
    }

    boolean canEverFit(KvStore store) {
        return bytes(store.layout()) <= store.limitBytes();
    }

    /** The memory, all of it at once; none while too much is in use. */
    Optional<KvCache> take(KvStore store, PrefixCache prefixes) {
        prefixes.makeRoom(bytes(store.layout()), blocks);
        return look.take(store, capacity);
    }
}
