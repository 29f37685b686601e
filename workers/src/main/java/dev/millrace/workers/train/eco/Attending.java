package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

/** How a layer's tokens attend to those before them, in a text that is computed whole. */
interface Attending {
    /**
     * Mixes values.
     *
     * @param query as attention takes it, rotated, [heads, tokens, headDim]
     * @param key the same, [kvHeads, tokens, headDim]
     * @param value [kvHeads, tokens, headDim]
     * @return [heads, tokens, headDim]
     */
    NDArray attend(int layer, NDArray query, NDArray key, NDArray value);
}
