package dev.millrace.workers.segment.picture;

/**
 * Bilinear resizing of a plane as libtorch does it without aligned corners and without smoothing:
 * pixels are areas, beyond the border is what is at the border.
 */
public final class Bilinear {
    private Bilinear() {}

    /** Where the values of one output column or row come from: two neighbours and a share. */
    @SuppressWarnings("ArrayRecordComponent") // filled once, read in one loop
    private record Taps(int[] low, int[] high, float[] share) {
        static Taps of(int from, int to) {
            var taps = new Taps(new int[to], new int[to], new float[to]);
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float at = Math.max(0, scale * (i + 0.5f) - 0.5f);
                int low = Math.min((int) at, from - 1);
                taps.low[i] = low;
                taps.high[i] = Math.min(low + 1, from - 1);
                taps.share[i] = at - low;
            }
            return taps;
        }
    }

    /** A plane [rows, columns] at another size, [newRows, newColumns]. */
    public static float[] resize(
            float[] plane, int rows, int columns, int newRows, int newColumns) {
        if (rows < 1 || columns < 1 || plane.length != rows * columns) {
            throw new IllegalArgumentException(
                    "a plane of %d x %d must have as many values, had %d"
                            .formatted(rows, columns, plane.length));
        }
        var across = Taps.of(columns, newColumns);
        var down = Taps.of(rows, newRows);
        var resized = new float[Math.multiplyExact(newRows, newColumns)];
        for (int y = 0; y < newRows; y++) {
            int upper = down.low[y] * columns;
            int lower = down.high[y] * columns;
            float share = down.share[y];
            for (int x = 0; x < newColumns; x++) {
                float top =
                        mix(
                                plane[upper + across.low[x]],
                                plane[upper + across.high[x]],
                                across.share[x]);
                float bottom =
                        mix(
                                plane[lower + across.low[x]],
                                plane[lower + across.high[x]],
                                across.share[x]);
                resized[y * newColumns + x] = mix(top, bottom, share);
            }
        }
        return resized;
    }

    private static float mix(float a, float b, float share) {
        return (1 - share) * a + share * b;
    }
}
