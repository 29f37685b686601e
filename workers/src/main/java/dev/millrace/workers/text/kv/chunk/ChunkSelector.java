package dev.millrace.workers.text.kv.chunk;

/** Chooses the chunks that the next tokens attend to, beside the first and the local ones. */
public interface ChunkSelector {
    /**
     * The chosen chunks of all scorers together, in their order.
     *
     * @param from the first chunk that may be chosen
     * @param to the chunk after the last one that may be chosen
     * @param query adapted, scorer by scorer
     */
    int[] select(ChunkIndex chunks, int from, int to, float... query);

    /**
     * The chosen chunks of one scorer, in their order.
     *
     * @param scorer which, from 0
     * @param query its adapted query
     */
    int[] selectOf(int scorer, ChunkIndex chunks, int from, int to, float... query);
}
