package dev.millrace.workers.segment.sam;

import dev.millrace.workers.segment.sam.Masks.Place;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * SAM's automatic mode: a grid of points is asked about, poor and unstable masks go, and of masks
 * with nearly the same box the one of the best predicted quality stays.
 */
public final class AutomaticMasks {
    /** Masks at the picture's size in memory at once. */
    private static final int ENLARGED = 16;

    private final AutomaticSettings settings;

    public AutomaticMasks(AutomaticSettings settings) {
        this.settings = settings;
    }

    /** A mask that was kept, and the point that asked for it. */
    public record Found(DrawnMask mask, float quality, PointPrompt point) {}

    /** All masks that stay, the best first. */
    public List<Found> in(MaskDecoder decoder) {
        return distinct(drawn(decoder), Found::quality);
    }

    /** All masks that are neither poor nor unstable, point by point. */
    public List<Found> drawn(MaskDecoder decoder) {
        var grid = grid(settings.side(), decoder.width(), decoder.height());
        var candidates = new ArrayList<Found>();
        for (int at = 0; at < grid.size(); at += settings.batch()) {
            var points = grid.subList(at, Math.min(grid.size(), at + settings.batch()));
            candidates.addAll(candidates(decoder, points));
        }
        return candidates;
    }

    /**
     * Of masks that were drawn with laxer settings those that stay, the best first: what {@link
     * #in} is if they are ranked by their quality.
     *
     * @param score what they are ranked by; of equal ones the earlier goes first
     */
    public List<Found> of(List<Found> drawn, ToDoubleFunction<Found> score) {
        var good =
                drawn.stream()
                        .filter(each -> isGood(each.quality()))
                        .filter(each -> isStable(each.mask().stability()))
                        .toList();
        return distinct(good, score);
    }

    /** Points in the middle of {@code side * side} cells of a picture, row by row. */
    public static List<PointPrompt> grid(int side, int width, int height) {
        return IntStream.range(0, side * side)
                .mapToObj(i ->
                        PointPrompt.positive(
                                width * (i % side + 0.5) / side,
                                height * (Math.floorDiv(i, side) + 0.5) / side))
                .toList();
    }

    private List<Found> candidates(MaskDecoder decoder, List<PointPrompt> points) {
        var masks = decoder.decode(points.stream().map(Prompt::at).toList());
        var places = new ArrayList<Place>();
        for (int prompt = 0; prompt < points.size(); prompt++) {
            for (int mask = 1; mask < masks.perPrompt(); mask++) {
                var place = new Place(prompt, mask);
                if (isGood(masks.quality(place))) {
                    places.add(place);
                }
            }
        }
        return stable(decoder, masks, points, places);
    }

    private boolean isGood(float quality) {
        return settings.minQuality() <= 0 || quality > (float) settings.minQuality();
    }

    private boolean isStable(float stability) {
        return settings.minStability() <= 0 || stability >= (float) settings.minStability();
    }

    private List<Found> stable(
            MaskDecoder decoder, Masks masks, List<PointPrompt> points, List<Place> places) {
        var found = new ArrayList<Found>();
        for (int at = 0; at < places.size(); at += ENLARGED) {
            var some = places.subList(at, Math.min(places.size(), at + ENLARGED));
            var logits = masks.logits(some);
            for (int i = 0; i < some.size(); i++) {
                var place = some.get(i);
                var mask = drawn(decoder, logits.get(i));
                if (isStable(mask.stability()) && isWhole(decoder, mask)) {
                    found.add(new Found(mask, masks.quality(place), points.get(place.prompt())));
                }
            }
        }
        return found;
    }

    private DrawnMask drawn(MaskDecoder decoder, float[] logits) {
        return DrawnMask.of(decoder.width(), decoder.height(), logits, settings.offset());
    }

    /** Of a whole picture every mask is; were it a crop, those that its edge cuts off were not. */
    private static boolean isWhole(MaskDecoder decoder, DrawnMask mask) {
        var whole = new PixelBox(0, 0, decoder.width(), decoder.height());
        return !mask.box().isNearEdge(whole, whole);
    }

    private List<Found> distinct(List<Found> candidates, ToDoubleFunction<Found> score) {
        var ranked = new ArrayList<>(candidates);
        ranked.sort(Comparator.comparingDouble(score).reversed());
        var kept = new ArrayList<Found>();
        for (var candidate : ranked) {
            if (kept.stream().noneMatch(other -> isSame(other, candidate))) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    private boolean isSame(Found a, Found b) {
        return a.mask().box().overlap(b.mask().box()) > settings.overlap();
    }
}
