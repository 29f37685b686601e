package dev.millrace.workers;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads typed values out of an environment; what cannot be read is named, with the value. */
record Settings(Map<String, String> environment) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    String text(String name, String otherwise) {
        var value = environment.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value.strip();
    }

    int whole(String name, int otherwise) {
        var value = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw wrong(name, "a whole number", value);
        }
    }

    boolean flag(String name, boolean otherwise) {
        var value = text(name, Boolean.toString(otherwise));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, "true or false", value);
        };
    }

    Duration duration(String name, String otherwise) {
        var value = text(name, otherwise);
        var parts = DURATION.matcher(value);
        if (!parts.matches()) {
            throw wrong(name, "a duration such as 500ms, 15s, 2m or 1h", value);
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    static IllegalArgumentException wrong(String name, String expected, Object value) {
        return new IllegalArgumentException(
                name + " must be " + expected + ", was '" + value + "'");
    }
}
