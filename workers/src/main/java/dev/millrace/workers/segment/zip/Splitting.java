package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes things apart that grew together at a neck: a flood from the cells farthest from the edge,
 * which meet where it is narrowest.
 *
 * @param peak a part's own greatest distance from the edge, by the thing's greatest, at least;
 *     above 1 nothing is split
 * @param neck the distance at which two parts meet, by the smaller one's own greatest, at most
 */
public record Splitting(double peak, double neck) {
    public static final Splitting NONE = new Splitting(Double.POSITIVE_INFINITY, 0);

    /** The parts of a connected mask; itself alone if there is no neck. */
    List<Mask> split(Mask mask) {
        if (peak > 1) {
            return List.of(mask);
        }
        var distances = DistanceTransform.of(mask);
        var flood = new Flood(mask, distances);
        return flood.parts();
    }

    /** A flood under way: parts are known by their highest cells. */
    private final class Flood {
        private final Mask mask;
        private final float[] distances;
        private final int[] part;
        private final float highest;
        private final int[] merged;

        Flood(Mask mask, float[] distances) {
            this.mask = mask;
            this.distances = distances;
            this.part = new int[distances.length];
            this.merged = IntStream.range(0, distances.length).toArray();
            this.highest = (float) mask.stream().mapToDouble(at -> distances[at]).max().orElse(0);
            Arrays.fill(part, -1);
        }

        List<Mask> parts() {
            var order =
                    mask.stream()
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer at) -> -distances[at]))
                            .toList();
            order.forEach(this::rise);
            var roots = mask.stream().map(at -> root(part[at])).distinct().sorted().toArray();
            return Arrays.stream(roots).mapToObj(this::cells).toList();
        }

        private Mask cells(int root) {
            return Mask.of(
                    mask.height(), mask.width(), at -> part[at] >= 0 && root(part[at]) == root);
        }

        private int root(int peakCell) {
            int at = peakCell;
            while (merged[at] != at) {
                at = merged[at];
            }
            return at;
        }

        /** The next lower cell joins the part uphill of it, or begins its own. */
        private void rise(int cell) {
            var flooded =
                    neighbours(cell)
                            .filter(at -> part[at] >= 0)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer at) -> -distances[at]))
                            .toList();
            part[cell] = flooded.isEmpty() ? cell : part[flooded.getFirst()];
            var meeting =
                    flooded.stream()
                            .map(at -> root(part[at]))
                            .distinct()
                            .sorted(Comparator.comparingDouble((Integer at) -> -distances[at]))
                            .toList();
            for (int lower : meeting) {
                if (lower != meeting.getFirst() && !isNeck(lower, cell)) {
                    merged[lower] = meeting.getFirst();
                }
            }
        }

        private boolean isNeck(int lower, int cell) {
            return distances[lower] >= peak * highest && distances[cell] <= neck * distances[lower];
        }

        private IntStream neighbours(int cell) {
            int width = mask.width();
            return Neighbours.of(cell, mask.height(), width);
        }
    }
}
