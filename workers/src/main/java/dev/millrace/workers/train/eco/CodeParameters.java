package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import java.util.Map;

/** How one layer's keys and queries become codes; the live arrays. */
sealed interface CodeParameters permits AnchorParameters, PlaneParameters {
    /**
     * Codes, -1 and 1, [kvHeads, tokens, bits]. Gradients pass the signs where their arguments lie
     * between -1 and 1.
     *
     * @param keys not yet rotated, [kvHeads, tokens, headDim]
     */
    NDArray ofKeys(NDArray keys);

    /**
     * The same, [heads, tokens, bits].
     *
     * @param queries not yet rotated, [heads, tokens, headDim]
     */
    NDArray ofQueries(NDArray queries);

    /** All arrays, by the parts' names in the file. */
    Map<String, NDArray> parts();

    /** Those of them that learn. */
    Map<String, NDArray> learned();
}
