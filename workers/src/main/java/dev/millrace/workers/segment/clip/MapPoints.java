package dev.millrace.workers.segment.clip;

import dev.millrace.workers.segment.picture.Bilinear;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Points that a similarity map suggests: where it is greatest, and as many where it is least. So
 * CLIP Surgery asks SAM.
 */
public final class MapPoints {
    /** A point in a picture's pixels. */
    public record Point(int x, int y, boolean isPositive) {}

    private MapPoints() {}

    /**
     * The positive points, the best one last, then the negative ones, the worst one first.
     *
     * @param cells a class's similarity to each cell of a square grid
     * @param threshold what a cell's stretched value must reach to be a positive point
     * @param smoothing cells along a side that are taken together
     */
    public static List<Point> of(
            float[] cells, int height, int width, double threshold, int smoothing) {
        int side = (int) Math.sqrt(cells.length);
        int small = side / smoothing;
        var values = Similarity.stretched(Bilinear.resize(cells, side, side, small, small));
        var ranked =
                IntStream.range(0, values.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> values[i]))
                        .toList();
        int enough = 0;
        for (float value : values) {
            enough += value >= (float) threshold ? 1 : 0;
        }
        int count = Math.min(enough, values.length / 2);
        var points = new ArrayList<Point>();
        for (int index : ranked.subList(ranked.size() - count, ranked.size())) {
            points.add(point(index, small, height, width, true));
        }
        for (int index : ranked.subList(0, count)) {
            points.add(point(index, small, height, width, false));
        }
        return points;
    }

    private static Point point(int index, int small, int height, int width, boolean isPositive) {
        float x = (index % small + 0.5f) * (float) ((double) width / small);
        float y = (Math.floorDiv(index, small) + 0.5f) * (float) ((double) height / small);
        return new Point((int) Math.min(x, width - 1), (int) Math.min(y, height - 1), isPositive);
    }
}
