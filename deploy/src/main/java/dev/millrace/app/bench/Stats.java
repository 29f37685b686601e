package dev.millrace.app.bench;

import java.util.Arrays;
import java.util.Locale;

/** Order statistics of a sample. */
record Stats(double p05, double p50, double p95, double p99, double max, int count) {
    static Stats of(double[] sample) {
        if (sample.length == 0) {
            throw new IllegalArgumentException("a sample must hold at least one value");
        }
        var sorted = sample.clone();
        Arrays.sort(sorted);
        return new Stats(
                at(sorted, 0.05),
                at(sorted, 0.50),
                at(sorted, 0.95),
                at(sorted, 0.99),
                sorted[sorted.length - 1],
                sorted.length);
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.2f (p05 %.2f, p95 %.2f, p99 %.2f, max %.2f; n=%d)",
                p50,
                p05,
                p95,
                p99,
                max,
                count);
    }
}
