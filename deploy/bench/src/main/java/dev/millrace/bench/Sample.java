package dev.millrace.bench;

import java.util.Arrays;

/**
 * What a number of repetitions came to.
 *
 * @param p05 a twentieth of them were below it
 * @param p50 the median
 * @param p95 a twentieth of them were above it
 */
record Sample(double p05, double p50, double p95, int count) {
    static Sample of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a sample must hold at least one value");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        return new Sample(at(sorted, 0.05), at(sorted, 0.50), at(sorted, 0.95), sorted.length);
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
