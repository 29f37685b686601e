package dev.millrace.workers.text.kv.chunk;

import java.util.List;

/**
 * What a block of a prompt may select from: the whole chunks between the first one and the local
 * ones. The tokens before and after them are seen anyway.
 *
 * @param from the first token of the first chunk that may be selected
 * @param chunkOf for each token from there on, up to the last one that may be selected, its chunk,
 *     counted from 0
 * @param chunks how many may be selected
 * @param keys of each scorer, [width, chunks]
 * @param bias what is added to a chunk's scores, [chunks]
 * @param most how many of them a layer selects
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record Candidates(
        int from, long[] chunkOf, int chunks, List<float[]> keys, float[] bias, int most) {
    public Candidates {
        keys = List.copyOf(keys);
    }

    /** The token after the last one that may be selected. */
    public int to() {
        return from + chunkOf.length;
    }
}
