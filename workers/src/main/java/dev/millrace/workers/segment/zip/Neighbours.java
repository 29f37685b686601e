package dev.millrace.workers.segment.zip;

import java.util.stream.IntStream;

/** The up to eight cells around a cell of a grid. */
final class Neighbours {
    private Neighbours() {}

    static IntStream of(int cell, int height, int width) {
        return IntStream.range(0, 9)
                .filter(move -> move != 4)
                .filter(move -> isInside(cell, move, height, width))
                .map(move -> cell + (move / 3 - 1) * width + move % 3 - 1);
    }

    private static boolean isInside(int cell, int move, int height, int width) {
        int row = cell / width + move / 3 - 1;
        int column = cell % width + move % 3 - 1;
        return row >= 0 && column >= 0 && row < height && column < width;
    }
}
