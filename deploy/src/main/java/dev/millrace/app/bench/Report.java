package dev.millrace.app.bench;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Numbers with names, on one line: {@code deltas=1000.000 emit_ms_p50=1.250}. */
record Report(Map<String, Double> numbers) {
    Report {
        numbers = Map.copyOf(numbers);
    }

    static Report parse(String line) {
        var numbers = new TreeMap<String, Double>();
        for (var pair : line.strip().split(" ", -1)) {
            int equals = pair.indexOf('=');
            numbers.put(pair.substring(0, equals), Double.parseDouble(pair.substring(equals + 1)));
        }
        return new Report(numbers);
    }

    /**
     * One of the numbers.
     *
     * @throws IllegalStateException if it is not there
     */
    double number(String name) {
        var number = numbers.get(name);
        if (number == null) {
            throw new IllegalStateException("no number '" + name + "' in: " + this);
        }
        return number;
    }

    @Override
    public String toString() {
        return new TreeMap<>(numbers)
                .entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s=%.3f", e.getKey(), e.getValue()))
                        .collect(Collectors.joining(" "));
    }
}
