package dev.millrace.workers.text.kv.chunk;

/** Chooses the chunks that the next tokens attend to, beside the first and the local ones. */
public interface ChunkSelector {
    /**
     * The chosen chunks of all layers, in their order.
     *
     * @param from the first chunk that may be chosen
     * @param to the chunk after the last one that may be chosen
     * @param query adapted, layer by layer
     */
    int[] select(ChunkIndex chunks, int from, int to, float... query);

    /**
     * The chosen chunks of one layer, in their order.
     *
     * @param layer which of the scoring layers, from 0
     * @param query its adapted query
     */
    int[] selectOf(int layer, ChunkIndex chunks, int from, int to, float... query);
}
