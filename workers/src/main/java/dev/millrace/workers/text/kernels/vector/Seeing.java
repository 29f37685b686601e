package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.Spans;

/** The positions that a layer sees of a place's sequence. */
interface Seeing {
    Spans of(int layer, Place place);
}
