package dev.millrace.workers.segment.mask;

/** Grids of values at another size, by the conventions of torch's {@code interpolate}. */
public final class Resize {
    private Resize() {}

    /**
     * Which old place each new one takes its value from: {@code floor(i * from / to)}, rounded as
     * in f32.
     */
    public static int[] nearest(int from, int to) {
        var sources = new int[to];
        float scale = (float) from / to;
        for (int i = 0; i < to; i++) {
            sources[i] = Math.min((int) (i * scale), from - 1);
        }
        return sources;
    }

    /** Values [height, width] at another size, each taken from the old place at its corner. */
    public static float[] nearest(
            float[] values, int height, int width, int toHeight, int toWidth) {
        check(values, height, width);
        var rows = nearest(height, toHeight);
        var columns = nearest(width, toWidth);
        var resized = new float[toHeight * toWidth];
        for (int i = 0; i < resized.length; i++) {
            resized[i] = values[rows[i / toWidth] * width + columns[i % toWidth]];
        }
        return resized;
    }

    /**
     * Values [height, width] at another size, mixed from the four old ones around each new place;
     * pixels are areas ({@code align_corners=false}) and the edges go on as they are.
     */
    public static float[] bilinear(
            float[] values, int height, int width, int toHeight, int toWidth) {
        check(values, height, width);
        var down = Blend.of(height, toHeight);
        var across = Blend.of(width, toWidth);
        var resized = new float[toHeight * toWidth];
        for (int row = 0; row < toHeight; row++) {
            int above = down.from(row) * width;
            int below = down.to(row, height) * width;
            for (int column = 0; column < toWidth; column++) {
                int left = across.from(column);
                int right = across.to(column, width);
                float share = across.share(column);
                float first = mix(values[above + left], values[above + right], share);
                float second = mix(values[below + left], values[below + right], share);
                resized[row * toWidth + column] = mix(first, second, down.share(row));
            }
        }
        return resized;
    }

    private static float mix(float a, float b, float share) {
        return a * (1 - share) + b * share;
    }

    private static void check(float[] values, int height, int width) {
        if (values.length != height * width) {
            throw new IllegalArgumentException(
                    "%d x %d places need %d values, were %d"
                            .formatted(height, width, height * width, values.length));
        }
    }

    /** Where new places lie between old ones along one axis. */
    @SuppressWarnings("ArrayRecordComponent") // made, read and dropped here
    private record Blend(float[] positions) {
        static Blend of(int from, int to) {
            var positions = new float[to];
            double scale = (double) from / to;
            for (int i = 0; i < to; i++) {
                positions[i] = (float) Math.max(0, (i + 0.5) * scale - 0.5);
            }
            return new Blend(positions);
        }

        int from(int i) {
            return (int) positions[i];
        }

        int to(int i, int extent) {
            return Math.min(from(i) + 1, extent - 1);
        }

        float share(int i) {
            return positions[i] - from(i);
        }
    }
}
