package dev.millrace.workers.segment;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.sam.BoxPrompt;
import dev.millrace.workers.segment.sam.DrawnMask;
import dev.millrace.workers.segment.sam.MaskDecoder;
import dev.millrace.workers.segment.sam.Masks;
import dev.millrace.workers.segment.sam.Masks.Place;
import dev.millrace.workers.segment.sam.PointPrompt;
import dev.millrace.workers.segment.sam.Prompt;
import dev.millrace.workers.segment.zip.Proposal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks SAM what Zip and users ask: a lone point leaves open how large the thing is, and has several
 * answers; everything else has one.
 */
final class SamDrawing implements dev.millrace.workers.segment.zip.MaskDecoder {
    /** By how much both thresholds of a mask's stability are apart from its own. */
    private static final double OFFSET = 1;

    /** Masks at the picture's size in memory at once. */
    private static final int ENLARGED = 16;

    private final MaskDecoder decoder;

    SamDrawing(MaskDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public List<List<Candidate>> decode(List<dev.millrace.workers.segment.zip.Prompt> prompts) {
        return candidates(prompts.stream().map(SamDrawing::prompt).toList());
    }

    private List<List<Candidate>> candidates(List<Prompt> prompts) {
        var masks = decoder.decode(prompts);
        var places = new ArrayList<Place>();
        for (int i = 0; i < prompts.size(); i++) {
            int prompt = i;
            readings(prompts.get(i), masks.perPrompt())
                    .forEach(mask -> places.add(new Place(prompt, mask)));
        }
        var candidates = new ArrayList<List<Candidate>>();
        prompts.forEach(_ -> candidates.add(new ArrayList<>()));
        for (int at = 0; at < places.size(); at += ENLARGED) {
            var some = places.subList(at, Math.min(places.size(), at + ENLARGED));
            add(some, masks, candidates);
        }
        return candidates;
    }

    /** The first mask is for what is not ambiguous, the others are what a lone point can mean. */
    private static IntStream readings(Prompt prompt, int masks) {
        boolean isLone = prompt.box() == null && prompt.points().size() == 1;
        return isLone && masks > 1 ? IntStream.range(1, masks) : IntStream.of(0);
    }

    private void add(List<Place> places, Masks masks, List<List<Candidate>> candidates) {
        var logits = masks.logits(places);
        for (int i = 0; i < places.size(); i++) {
            var values = logits.get(i);
            var mask = Mask.above(values, decoder.height(), decoder.width(), DrawnMask.THRESHOLD);
            candidates
                    .get(places.get(i).prompt())
                    .add(new Candidate(mask, masks.quality(places.get(i)), stability(values)));
        }
    }

    /** Of an empty mask 0. */
    private static double stability(float... logits) {
        int inner = 0;
        int outer = 0;
        for (float logit : logits) {
            inner += logit > DrawnMask.THRESHOLD + OFFSET ? 1 : 0;
            outer += logit > DrawnMask.THRESHOLD - OFFSET ? 1 : 0;
        }
        return outer == 0 ? 0 : (double) inner / outer;
    }

    private static Prompt prompt(dev.millrace.workers.segment.zip.Prompt prompt) {
        return switch (prompt) {
            case dev.millrace.workers.segment.zip.Prompt.InBox(var box) -> Prompt.in(box(box));
            case dev.millrace.workers.segment.zip.Prompt.InBoxAt(var box, var point) ->
                    Prompt.in(box(box)).and(point(point));
            case dev.millrace.workers.segment.zip.Prompt.AtPoints(var points) ->
                    Prompt.at(points.stream().map(SamDrawing::point).toArray(PointPrompt[]::new));
        };
    }

    private static BoxPrompt box(dev.millrace.workers.segment.mask.Box box) {
        return new BoxPrompt(box.left(), box.top(), box.right(), box.bottom());
    }

    private static PointPrompt point(dev.millrace.workers.segment.zip.PointPrompt point) {
        return point.isInside()
                ? PointPrompt.positive(point.x(), point.y())
                : PointPrompt.negative(point.x(), point.y());
    }

    /** The best answer to each prompt, labelled with its index. */
    List<Proposal> draw(List<MaskPrompt> prompts) {
        var candidates = candidates(prompts.stream().map(SamDrawing::prompt).toList());
        var proposals = new ArrayList<Proposal>();
        for (int i = 0; i < prompts.size(); i++) {
            var best = candidates.get(i).getFirst();
            for (var candidate : candidates.get(i)) {
                best = candidate.iou() > best.iou() ? candidate : best;
            }
            proposals.add(new Proposal(best.mask(), i, Math.clamp(best.iou(), 0, 1)));
        }
        return proposals;
    }

    private static Prompt prompt(MaskPrompt prompt) {
        var points =
                prompt.points().stream()
                        .map(point ->
                                point.isInside()
                                        ? PointPrompt.positive(point.x(), point.y())
                                        : PointPrompt.negative(point.x(), point.y()))
                        .toList();
        var box =
                prompt.box()
                        .map(each ->
                                new BoxPrompt(each.left(), each.top(), each.right(), each.bottom()))
                        .orElse(null);
        return new Prompt(points, box, null);
    }
}
