package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

/**
 * How far each cell of a mask is from the nearest cell outside, centre to centre; beyond the grid
 * is outside. Exact, by the lower envelope of parabolas (Felzenszwalb and Huttenlocher, "Distance
 * transforms of sampled functions", 2012), first along columns, then along rows.
 */
final class DistanceTransform {
    private static final double FAR = 1e12;

    private final int height;
    private final int width;
    private final double[] squares;

    private DistanceTransform(Mask mask) {
        this.height = mask.height() + 2;
        this.width = mask.width() + 2;
        this.squares = new double[height * width];
        mask.stream()
                .forEach(at ->
                        squares[(at / mask.width() + 1) * width + at % mask.width() + 1] = FAR);
        for (int column = 0; column < width; column++) {
            pass(column, width, height);
        }
        for (int row = 0; row < height; row++) {
            pass(row * width, 1, width);
        }
    }

    /** Distances in cells, [height, width]; 0 outside. */
    static float[] of(Mask mask) {
        var transform = new DistanceTransform(mask);
        var distances = new float[mask.pixels()];
        for (int i = 0; i < distances.length; i++) {
            int at = (i / mask.width() + 1) * transform.width + i % mask.width() + 1;
            distances[i] = (float) Math.sqrt(transform.squares[at]);
        }
        return distances;
    }

    private void pass(int from, int step, int count) {
        var values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = squares[from + i * step];
        }
        var lowest = new int[count];
        var starts = new double[count + 1];
        int last = 0;
        starts[0] = Double.NEGATIVE_INFINITY;
        for (int i = 1; i < count; i++) {
            double cross = crossing(values, lowest[last], i);
            while (cross <= starts[last]) {
                last--;
                cross = crossing(values, lowest[last], i);
            }
            last++;
            lowest[last] = i;
            starts[last] = cross;
        }
        starts[last + 1] = Double.POSITIVE_INFINITY;
        for (int i = 0, at = 0; i < count; i++) {
            while (starts[at + 1] < i) {
                at++;
            }
            double away = i - lowest[at];
            squares[from + i * step] = away * away + values[lowest[at]];
        }
    }

    /** Where the parabola at {@code later} begins to be the lower one. */
    private static double crossing(double[] values, int earlier, int later) {
        return (values[later]
                        + (double) later * later
                        - values[earlier]
                        - (double) earlier * earlier)
                / (2.0 * later - 2.0 * earlier);
    }
}
