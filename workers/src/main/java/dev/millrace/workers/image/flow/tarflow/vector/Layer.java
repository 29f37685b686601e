package dev.millrace.workers.image.flow.tarflow.vector;

import java.util.Iterator;

/** A layer's weights. */
record Layer(
        LayerNorm beforeAttention,
        Panels project,
        Panels merge,
        LayerNorm beforeWidening,
        Panels widen,
        Panels narrow) {
    /** Takes them from a block's, in the official order. */
    static Layer next(Iterator<float[]> weights) {
        return new Layer(
                new LayerNorm(weights.next(), weights.next()),
                Panels.of(weights.next(), weights.next()),
                Panels.of(weights.next(), weights.next()),
                new LayerNorm(weights.next(), weights.next()),
                Panels.of(weights.next(), weights.next()),
                Panels.of(weights.next(), weights.next()));
    }
}
