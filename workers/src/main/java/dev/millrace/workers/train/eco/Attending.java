package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

/** How a layer's tokens attend to those before them, in a text that is computed whole. */
interface Attending {
    /** Mixes values, [heads, tokens, headDim]. */
    NDArray attend(int layer, Projections text);
}
