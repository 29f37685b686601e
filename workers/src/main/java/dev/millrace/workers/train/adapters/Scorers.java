package dev.millrace.workers.train.adapters;

import dev.millrace.workers.text.model.DecoderConfig;

/** What has adapters of its own. */
public enum Scorers {
    /** A layer: all its heads look at the same chunks, as published. */
    LAYERS,
    /** A key and value head. */
    HEADS;

    /** Of one layer. */
    int of(DecoderConfig config) {
        return switch (this) {
            case LAYERS -> 1;
            case HEADS -> config.kvHeads();
        };
    }
}
