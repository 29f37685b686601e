package dev.millrace.workers.segment.zip;

/** Features that no network makes: a picture's colours, and how fast its brightness changes. */
public final class Colours {
    private static final int COLOURS = 3;

    private Colours() {}

    /**
     * The features of a picture, [4, height, width].
     *
     * @param colours in [0, 1], [3, height, width]
     */
    public static Features of(float[] colours, int height, int width) {
        int cells = height * width;
        var values = new float[(COLOURS + 1) * cells];
        System.arraycopy(colours, 0, values, 0, COLOURS * cells);
        for (int cell = 0; cell < cells; cell++) {
            int right = cell % width + 1 < width ? cell + 1 : cell;
            int below = cell + width < cells ? cell + width : cell;
            double here = brightness(colours, cells, cell);
            values[COLOURS * cells + cell] =
                    (float)
                            Math.hypot(
                                    brightness(colours, cells, right) - here,
                                    brightness(colours, cells, below) - here);
        }
        return new Features(COLOURS + 1, height, width, values);
    }

    private static double brightness(float[] colours, int cells, int cell) {
        return (colours[cell] + colours[cells + cell] + colours[2 * cells + cell]) / 3.0;
    }
}
