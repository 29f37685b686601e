package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.Arrays;
import java.util.List;

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
        return new Flood(mask, distances).parts();
    }

    /** A flood under way: parts are known by their highest cells. */
    private final class Flood {
        private static final int MOST_NEIGHBOURS = 8;

        private final Mask mask;
        private final float[] distances;
        private final int[] cells;
        private final int[] part;
        private final int[] merged;
        private final int[] around = new int[MOST_NEIGHBOURS];

        Flood(Mask mask, float[] distances) {
            this.mask = mask;
            this.distances = distances;
            this.cells = highestFirst(mask, distances);
            this.part = new int[distances.length];
            this.merged = new int[distances.length];
            Arrays.fill(part, -1);
        }

        /** Of equally high cells the one of the smaller number is first. */
        private static int[] highestFirst(Mask mask, float[] distances) {
            return mask.stream()
                    .mapToLong(cell ->
                            (long) -Float.floatToIntBits(distances[cell]) << Integer.SIZE | cell)
                    .sorted()
                    .mapToInt(key -> (int) key)
                    .toArray();
        }

        List<Mask> parts() {
            for (int cell : cells) {
                rise(cell);
            }
            var roots = Arrays.stream(cells).map(at -> root(part[at])).distinct().sorted();
            return roots.mapToObj(this::cells).toList();
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
            int count = flooded(cell);
            if (count == 0) {
                part[cell] = cell;
                merged[cell] = cell;
                return;
            }
            part[cell] = part[around[0]];
            int highest = root(part[cell]);
            for (int i = 1; i < count; i++) {
                int root = root(part[around[i]]);
                highest = distances[root] > distances[highest] ? root : highest;
            }
            for (int i = 0; i < count; i++) {
                int lower = root(part[around[i]]);
                if (lower != highest && !isNeck(lower, cell)) {
                    merged[lower] = highest;
                }
            }
        }

        /** Finds the neighbours that are flooded, the highest first; how many there are. */
        private int flooded(int cell) {
            int count = 0;
            int row = cell / mask.width();
            int column = cell % mask.width();
            for (int r = Math.max(0, row - 1); r <= Math.min(mask.height() - 1, row + 1); r++) {
                for (int c = Math.max(0, column - 1);
                        c <= Math.min(mask.width() - 1, column + 1);
                        c++) {
                    int at = r * mask.width() + c;
                    if (part[at] >= 0) {
                        insert(at, count++);
                    }
                }
            }
            return count;
        }

        private void insert(int cell, int count) {
            int place = count;
            while (place > 0 && distances[around[place - 1]] < distances[cell]) {
                around[place] = around[place - 1];
                place--;
            }
            around[place] = cell;
        }

        private boolean isNeck(int lower, int cell) {
            return distances[lower] >= peak * distances[cells[0]]
                    && distances[cell] <= neck * distances[lower];
        }
    }
}
