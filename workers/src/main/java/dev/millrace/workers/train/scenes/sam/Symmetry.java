package dev.millrace.workers.train.scenes.sam;

/** One of the eight ways to turn and flip a square onto itself. */
record Symmetry(int number) {
    static final int COUNT = 8;

    Symmetry {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException(
                    "a symmetry must be 0..%d, was %d".formatted(COUNT - 1, number));
        }
    }

    /** Where a pixel of a square with that side goes: {@code row * side + column}. */
    int moved(int pixel, int side) {
        int row = pixel / side;
        int column = pixel % side;
        if ((number & 1) != 0) {
            column = side - 1 - column;
        }
        if ((number & 2) != 0) {
            row = side - 1 - row;
        }
        return (number & 4) != 0 ? column * side + row : row * side + column;
    }

    /** Of each pixel. */
    int[] moved(int side) {
        var all = new int[side * side];
        for (int pixel = 0; pixel < all.length; pixel++) {
            all[pixel] = moved(pixel, side);
        }
        return all;
    }
}
