package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.Spans;

/** The positions that a layer sees of a place's sequence. */
interface Seeing {
    /**
     * The positions.
     *
     * @param list which of the layer's, each of which is for equally many heads
     * @param row of the step, where the place's adapted query stands
     */
    Spans of(int layer, int list, int row, Place place);

    /** Lists of a layer: one for all heads, or one for each key and value head. */
    int lists(int layer);
}
