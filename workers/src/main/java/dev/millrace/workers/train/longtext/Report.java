package dev.millrace.workers.train.longtext;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Where what was measured is told.
 *
 * @param results takes each figure by its name
 */
record Report(PrintStream out, BiConsumer<String, Double> results) {
    void result(String name, double value) {
        results.accept(name, value);
    }

    /** An arm's figure of several. */
    static double of(Map<String, Double> figures, Arm arm, String figure) {
        return figures.getOrDefault(arm.name() + "." + figure, Double.NaN);
    }
}
