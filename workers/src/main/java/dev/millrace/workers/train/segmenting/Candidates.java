package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.sam.AutomaticMasks;
import dev.millrace.workers.segment.sam.AutomaticMasks.Found;
import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.segment.sam.MaskDecoder;

import java.util.List;

/**
 * All that SAM's automatic mode draws in a picture before anything is thrown away, so that its
 * thresholds can be tried one after another; {@link AutomaticMasks} is what it is with one of them.
 */
record Candidates(List<Found> all) {
    private static final int BATCH = 64;
    private static final double OFFSET = 1;

    Candidates {
        all = List.copyOf(all);
    }

    /**
     * Draws.
     *
     * @param side points along each side of the grid
     */
    static Candidates draw(MaskDecoder decoder, int side) {
        var everything = new AutomaticSettings(side, BATCH, 0, 0, OFFSET, 1);
        return new Candidates(new AutomaticMasks(everything).drawn(decoder));
    }

    /** What the automatic mode keeps, the best first. */
    List<Found> kept(AutomaticRanking ranking) {
        return new AutomaticMasks(ranking.settings()).of(all, ranking::score);
    }

    /** The same without empty masks, which the automatic mode keeps where no threshold is set. */
    List<Found> shown(AutomaticRanking ranking) {
        return kept(ranking).stream().filter(each -> each.mask().area() > 0).toList();
    }
}
