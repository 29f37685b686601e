package dev.millrace.workers.train.scenes;

import java.util.SplittableRandom;

/** Smooth noise: random values on a lattice that repeats itself, mixed in between. */
final class Noise {
    private static final int SIDE = 32;

    private final double[] lattice;

    Noise(SplittableRandom random) {
        this.lattice = random.doubles(SIDE * SIDE).toArray();
    }

    /** In [0, 1]. */
    double at(double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double across = smooth(x - column);
        double down = smooth(y - row);
        double above = mix(value(row, column), value(row, column + 1), across);
        double below = mix(value(row + 1, column), value(row + 1, column + 1), across);
        return mix(above, below, down);
    }

    private double value(int row, int column) {
        return lattice[(row & (SIDE - 1)) * SIDE + (column & (SIDE - 1))];
    }

    private static double smooth(double share) {
        return share * share * (3 - 2 * share);
    }

    private static double mix(double a, double b, double share) {
        return a + share * (b - a);
    }
}
