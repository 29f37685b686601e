package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDList;

import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.Optional;

/**
 * A block's keys and values, copied out of the sequence that computed them. It is equal to itself
 * alone, so a block that stands after it stands after all its predecessors.
 */
final class KeptBlock implements PromptBlocks.Before {
    private final NDList tensors; // each [kvHeads, the newest of its rows, rowElements]
    private final Optional<Chunks.Part> chunks;
    private final long bytes;

    /**
     * @param chunks what its tokens added to the chunks, where the sequence has some
     * @param bytes of all that it holds
     */
    KeptBlock(NDList tensors, Optional<Chunks.Part> chunks, long bytes) {
        this.tensors = tensors;
        this.chunks = chunks;
        this.bytes = bytes;
    }

    NDList tensors() {
        return tensors;
    }

    Optional<Chunks.Part> chunks() {
        return chunks;
    }

    long bytes() {
        return bytes;
    }

    /** Frees the memory. */
    void close() {
        tensors.close();
    }

    /**
     * Where a block is found: what it is and all that is before it.
     *
     * @param before the origin, or the very block before it
     */
    record Key(PromptBlocks.Before before, PromptBlocks.Block block) {}
}
