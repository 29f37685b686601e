package dev.millrace.workers.text.template;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time in C's notation, in English. */
final class Strftime {
    /** A percent sign and what follows, if anything does. */
    private static final Pattern FIELD = Pattern.compile("%(.?)", Pattern.DOTALL);

    private static final Map<String, DateTimeFormatter> FIELDS =
            Map.ofEntries(
                    field("Y", "uuuu"),
                    field("y", "uu"),
                    field("m", "MM"),
                    field("B", "MMMM"),
                    field("b", "MMM"),
                    field("d", "dd"),
                    field("j", "DDD"),
                    field("A", "EEEE"),
                    field("a", "EEE"),
                    field("H", "HH"),
                    field("I", "hh"),
                    field("p", "a"),
                    field("M", "mm"),
                    field("S", "ss"));

    private Strftime() {}

    private static Map.Entry<String, DateTimeFormatter> field(String letter, String pattern) {
        return Map.entry(letter, DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }

    static String format(String format, ZonedDateTime time) {
        return FIELD.matcher(format)
                .replaceAll(field -> Matcher.quoteReplacement(field(field.group(1), time)));
    }

    private static String field(String letter, ZonedDateTime time) {
        if (letter.equals("%")) {
            return letter;
        }
        var field = FIELDS.get(letter);
        if (field == null) {
            throw new RenderException("time format '%" + letter + "' is not supported");
        }
        return field.format(time);
    }
}
