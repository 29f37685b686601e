package dev.millrace.workers.text.kv;

import dev.millrace.workers.tensor.ElementType;

/**
 * How the keys and values of one sequence lie in memory: per layer two tensors [kvHeads, capacity,
 * headDim].
 */
public record KvLayout(int layers, int kvHeads, int headDim, ElementType type) {
    /** Bytes that a sequence of at most so many tokens holds. */
    public long bytes(int tokens) {
        return 2L * layers * kvHeads * headDim * type.bytes() * tokens;
    }
}
