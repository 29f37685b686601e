package dev.millrace.workers.run;

import java.util.function.LongSupplier;

/**
 * A figure of an engine for those who run it.
 *
 * @param name within the worker's metrics, words separated by dots
 * @param value may be asked at any time by any thread
 */
public record Measure(String name, String description, Kind kind, LongSupplier value) {
    /** How a figure moves. */
    public enum Kind {
        /** Only upwards. */
        COUNTER,
        GAUGE
    }

    public static Measure gauge(String name, String description, LongSupplier value) {
        return new Measure(name, description, Kind.GAUGE, value);
    }

    public static Measure counter(String name, String description, LongSupplier value) {
        return new Measure(name, description, Kind.COUNTER, value);
    }
}
