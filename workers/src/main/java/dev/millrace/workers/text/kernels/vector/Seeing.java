package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.Spans;

/** The positions that a layer sees of a place's sequence. */
interface Seeing {
    /**
     * The positions.
     *
     * @param row of the step, where the place's adapted query stands
     */
    Spans of(int layer, int row, Place place);
}
