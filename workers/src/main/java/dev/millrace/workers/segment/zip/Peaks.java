package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The cells of a mask that are farthest from its edge. */
final class Peaks {
    /** A further peak's distance from the edge, by the highest one's, at least. */
    private static final double HIGH = 0.6;

    private Peaks() {}

    /**
     * The highest cell, then other local maxima of at least 60 % of its height that lie at least
     * its height from those before; of equal ones the first. None of an empty mask.
     */
    static List<Integer> of(Mask mask) {
        float[] heights = DistanceTransform.of(mask);
        var summits =
                mask.stream()
                        .filter(cell -> isSummit(mask, heights, cell))
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer cell) -> -heights[cell]))
                        .toList();
        var peaks = new ArrayList<Integer>();
        for (int summit : summits) {
            double highest = heights[summits.getFirst()];
            boolean isHigh = heights[summit] >= HIGH * highest;
            if (isHigh && peaks.stream().allMatch(peak -> apart(mask, peak, summit) >= highest)) {
                peaks.add(summit);
            }
        }
        return List.copyOf(peaks);
    }

    private static boolean isSummit(Mask mask, float[] heights, int cell) {
        return Neighbours.of(cell, mask.height(), mask.width())
                .allMatch(beside -> heights[beside] <= heights[cell]);
    }

    private static double apart(Mask mask, int a, int b) {
        int width = mask.width();
        int down = a / width - b / width;
        int across = a % width - b % width;
        return Math.hypot(down, across);
    }
}
