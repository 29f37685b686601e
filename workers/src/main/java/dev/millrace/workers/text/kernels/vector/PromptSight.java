package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.kv.chunk.Candidates;
import dev.millrace.workers.text.kv.chunk.PromptSelector;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.stream.IntStream;

/** What the tokens of a prompt's block see, where each scoring layer selects for the block. */
final class PromptSight implements Seeing {
    private final DecoderConfig config;
    private final Adapting adapting;
    private final PromptSelector selector;
    private final int start;
    private final int rows;
    private int layer = -1;
    private Spans before = Spans.upTo(0);

    /**
     * @param adapting has the block's adapted queries of a layer when that layer attends
     * @param start the block's first position
     */
    PromptSight(
            DecoderConfig config, Adapting adapting, Candidates candidates, int start, int rows) {
        this.config = config;
        this.adapting = adapting;
        this.selector = new PromptSelector(candidates);
        this.start = start;
        this.rows = rows;
    }

    @Override
    public Spans of(int index, int list, int row, Place place) {
        var sight = config.sights().get(index);
        if (sight.isWindowed() || !adapting.isScoring(index)) {
            return place.seen(sight);
        }
        if (index != layer) {
            layer = index;
            before = selector.select(adapting.firstScorer(index), queries(index), start);
        }
        var seen = before.copy();
        seen.add(start, place.position() + 1);
        return seen;
    }

    @Override
    public int lists(int index) {
        return 1;
    }

    /** Of each of the layer's scorers, [rows, width]. */
    private float[][][] queries(int index) {
        int first = adapting.firstScorer(index);
        return IntStream.range(first, first + adapting.scorersPerLayer())
                .mapToObj(scorer ->
                        IntStream.range(0, rows)
                                .mapToObj(row -> adapting.queries(row, scorer))
                                .toArray(float[][]::new))
                .toArray(float[][][]::new);
    }
}
