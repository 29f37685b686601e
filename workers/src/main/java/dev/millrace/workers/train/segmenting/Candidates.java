package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.sam.AutomaticMasks;
import dev.millrace.workers.segment.sam.DrawnMask;
import dev.millrace.workers.segment.sam.MaskDecoder;
import dev.millrace.workers.segment.sam.Masks.Place;
import dev.millrace.workers.segment.sam.Prompt;

import java.util.ArrayList;
import java.util.List;

/**
 * All that SAM's automatic mode draws in a picture before anything is thrown away, so that its
 * thresholds can be tried one after another; {@link AutomaticMasks} is what it is with one of them.
 */
record Candidates(List<Candidate> all) {
    private static final int BATCH = 64;
    private static final double OFFSET = 1;

    /** One mask of one point. */
    record Candidate(Mask mask, Box box, double quality, double stability) {}

    Candidates {
        all = List.copyOf(all);
    }

    /**
     * Draws.
     *
     * @param side points along each side of the grid
     */
    static Candidates draw(MaskDecoder decoder, int side) {
        var grid = AutomaticMasks.grid(side, decoder.width(), decoder.height());
        var all = new ArrayList<Candidate>();
        for (int at = 0; at < grid.size(); at += BATCH) {
            var points = grid.subList(at, Math.min(grid.size(), at + BATCH));
            add(decoder, points.stream().map(Prompt::at).toList(), all);
        }
        return new Candidates(all);
    }

    private static void add(MaskDecoder decoder, List<Prompt> prompts, List<Candidate> all) {
        var masks = decoder.decode(prompts);
        var places = new ArrayList<Place>();
        for (int prompt = 0; prompt < prompts.size(); prompt++) {
            for (int mask = 1; mask < masks.perPrompt(); mask++) {
                places.add(new Place(prompt, mask));
            }
        }
        var logits = masks.logits(places);
        for (int i = 0; i < places.size(); i++) {
            var drawn = DrawnMask.of(decoder.width(), decoder.height(), logits.get(i), OFFSET);
            if (drawn.area() > 0) {
                all.add(
                        new Candidate(
                                drawn.mask(),
                                drawn.mask().box().orElseThrow(),
                                masks.quality(places.get(i)),
                                drawn.stability()));
            }
        }
    }

    /** What the automatic mode keeps, the best first. */
    List<Candidate> kept(AutomaticRanking ranking) {
        var settings = ranking.settings();
        var good =
                all.stream()
                        .filter(each -> each.quality() > settings.minQuality())
                        .filter(each -> each.stability() >= settings.minStability())
                        .toList();
        var scores = good.stream().mapToDouble(ranking::score).toArray();
        return new Nms(settings.overlap())
                .boxes(good.stream().map(Candidate::box).toList(), scores).stream()
                        .map(good::get)
                        .toList();
    }
}
