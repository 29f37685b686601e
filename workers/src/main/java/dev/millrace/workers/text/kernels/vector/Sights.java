package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Optional;

/** What a decoder's layers see, beside {@link PromptSight}. */
final class Sights {
    private final DecoderConfig config;
    private final Optional<Adapting> adapting;

    /**
     * @param adapting has a row's adapted queries of a layer when that layer attends
     */
    Sights(DecoderConfig config, Optional<Adapting> adapting) {
        this.config = config;
        this.adapting = adapting;
    }

    /** All that a layer may see. */
    Seeing everything() {
        return new Seeing() {
            @Override
            public Spans of(int layer, int list, int row, Place place) {
                return place.seen(config.sights().get(layer));
            }

            @Override
            public int lists(int layer) {
                return 1;
            }
        };
    }

    /** What a sequence selects, if it may. */
    Seeing selected() {
        return new Seeing() {
            @Override
            public Spans of(int layer, int list, int row, Place place) {
                var chunks = place.sequence().chunks();
                if (chunks.isEmpty() || !isScoring(layer)) {
                    return place.seen(config.sights().get(layer));
                }
                int scorer = adapting.orElseThrow().firstScorer(layer) + list;
                return chunks.get().seen(scorer, adapting.get().queries(row, scorer));
            }

            @Override
            public int lists(int layer) {
                return isScoring(layer) ? adapting.orElseThrow().scorersPerLayer() : 1;
            }
        };
    }

    private boolean isScoring(int layer) {
        return !config.sights().get(layer).isWindowed()
                && adapting.filter(some -> some.isScoring(layer)).isPresent();
    }
}
