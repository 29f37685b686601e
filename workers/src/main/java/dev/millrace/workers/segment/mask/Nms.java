package dev.millrace.workers.segment.mask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Greedy suppression: the best of those left is kept, and what overlaps it more than a limit is
 * dropped. Of equal scores the earlier goes first.
 *
 * @param limit intersection over union up to which two may stay, in [0, 1]
 */
public record Nms(double limit) {
    public Nms {
        if (!(limit >= 0 && limit <= 1)) {
            throw new IllegalArgumentException("the limit must be 0..1, was " + limit);
        }
    }

    /** Whether one of two is to go. */
    @FunctionalInterface
    private interface Rival {
        boolean suppresses(int kept, int other);
    }

    /** Which boxes stay, best first. */
    public List<Integer> boxes(List<Box> boxes, double... scores) {
        checkCount(boxes.size(), scores.length);
        return greedy(scores, (a, b) -> boxes.get(a).iou(boxes.get(b)) > limit);
    }

    /** Which masks stay, best first, whatever their classes. */
    public List<Integer> masks(List<Mask> masks, double... scores) {
        checkCount(masks.size(), scores.length);
        return greedy(scores, (a, b) -> overlap(masks.get(a), masks.get(b)));
    }

    /** Which masks stay, best first, where only those of the same class rival. */
    public List<Integer> masksByClass(List<Mask> masks, int[] classes, double... scores) {
        checkCount(masks.size(), scores.length);
        checkCount(masks.size(), classes.length);
        return greedy(
                scores, (a, b) -> classes[a] == classes[b] && overlap(masks.get(a), masks.get(b)));
    }

    /** Whether two masks overlap more than the limit. */
    public boolean overlap(Mask a, Mask b) {
        return a.iou(b) > limit;
    }

    private static List<Integer> greedy(double[] scores, Rival rival) {
        var order =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                        .toList(); // stable: of equal scores the earlier first
        var kept = new ArrayList<Integer>();
        for (int next : order) {
            if (kept.stream().noneMatch(best -> rival.suppresses(best, next))) {
                kept.add(next);
            }
        }
        return List.copyOf(kept);
    }

    private static void checkCount(int things, int others) {
        if (things != others) {
            throw new IllegalArgumentException(
                    "there must be a score and a class for each of %d, were %d"
                            .formatted(things, others));
        }
    }
}
