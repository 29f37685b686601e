package dev.millrace.protocol.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads typed values out of an environment. A value that is blank is as good as none; one that
 * cannot be read, or is out of its range, is refused by an {@link IllegalArgumentException} with
 * the variable's name, what was expected and the value.
 */
public record Settings(Map<String, String> environment) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public Settings {
        environment = Map.copyOf(environment);
    }

    public String text(String name, String otherwise) {
        var value = environment.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value.strip();
    }

    /** What a process calls itself in the log. */
    public String name(String name, String otherwise) {
        var value = text(name, otherwise);
        if (!NAME.matcher(value).matches()) {
            throw wrong(name, "1..64 characters of A-Z, a-z, 0-9, '.', '_' and '-'", value);
        }
        return value;
    }

    /** What stands between commas. */
    public List<String> list(String name) {
        return Arrays.stream(text(name, "").split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    public int whole(String name, int otherwise, int least, int most) {
        return whole(name, text(name, Integer.toString(otherwise)), least, most);
    }

    /** Whole numbers between commas. */
    public List<Integer> wholes(String name, int least, int most) {
        return list(name).stream().map(part -> whole(name, part, least, most)).toList();
    }

    private static int whole(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw wrong(name, "a whole number, " + least + ".." + most, value);
    }

    public boolean flag(String name, boolean otherwise) {
        var value = text(name, Boolean.toString(otherwise));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, "true or false", value);
        };
    }

    /** A duration; the default and the limits are written as users write them: {@code 15s}. */
    public Duration duration(String name, String otherwise, String least, String most) {
        var value = text(name, otherwise);
        var duration = DURATION.matcher(value).matches() ? duration(value) : null;
        if (duration == null
                || duration.compareTo(duration(least)) < 0
                || duration.compareTo(duration(most)) > 0) {
            throw wrong(name, "a duration (500ms, 15s, 2m, 1h), " + least + ".." + most, value);
        }
        return duration;
    }

    private static Duration duration(String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no duration: " + text);
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    public static IllegalArgumentException wrong(String name, String expected, Object value) {
        return new IllegalArgumentException(
                name + " must be " + expected + ", was '" + value + "'");
    }
}
