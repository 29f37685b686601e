package dev.millrace.app.bench;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Numbers with names, on one line: {@code deltas=1000 emit_ms_p50=1.25}. */
final class Report {
    private Report() {}

    static String line(Map<String, Double> numbers) {
        return numbers.entrySet().stream()
                .map(entry ->
                        String.format(Locale.ROOT, "%s=%.3f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" "));
    }

    static Map<String, Double> parse(String line) {
        var numbers = new TreeMap<String, Double>();
        for (var pair : line.strip().split(" ", -1)) {
            int equals = pair.indexOf('=');
            numbers.put(pair.substring(0, equals), Double.parseDouble(pair.substring(equals + 1)));
        }
        return numbers;
    }
}
