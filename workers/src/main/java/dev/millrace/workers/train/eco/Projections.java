package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

/**
 * What a layer makes of a text before it attends.
 *
 * @param query not yet rotated, [heads, tokens, headDim]
 * @param key the same, [kvHeads, tokens, headDim]
 * @param value [kvHeads, tokens, headDim]
 * @param placedQuery as attention takes it, rotated to its position, [heads, tokens, headDim]
 * @param placedKey the same, [kvHeads, tokens, headDim]
 */
record Projections(
        NDArray query, NDArray key, NDArray value, NDArray placedQuery, NDArray placedKey) {
    int tokens() {
        return Math.toIntExact(key.getShape().get(1));
    }
}
