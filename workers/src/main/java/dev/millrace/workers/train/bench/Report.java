package dev.millrace.workers.train.bench;

import java.io.PrintStream;
import java.util.function.BiConsumer;

/**
 * Where what was measured is told.
 *
 * @param results takes each figure by its name
 */
public record Report(PrintStream out, BiConsumer<String, Double> results) {
    public void result(String name, double value) {
        results.accept(name, value);
    }
}
