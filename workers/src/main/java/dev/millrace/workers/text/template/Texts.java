package dev.millrace.workers.text.template;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;

/** Strings as Python sees them. */
final class Texts {
    private Texts() {}

    /** Python's {@code str.isspace}, which knows more blanks than Java's. */
    static boolean isSpace(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85;
    }

    static String strip(String text) {
        return stripLeft(stripRight(text));
    }

    static String stripRight(String text) {
        return stripRight(text, Texts::isSpace);
    }

    static String stripLeft(String text) {
        return stripLeft(text, Texts::isSpace);
    }

    static String stripRight(String text, IntPredicate goes) {
        int end = text.length();
        while (end > 0 && goes.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    static String stripLeft(String text, IntPredicate goes) {
        int start = 0;
        while (start < text.length() && goes.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    /** The parts between at most {@code most} separators; all of them if it is negative. */
    static List<String> split(String text, String separator, long most) {
        if (separator.isEmpty()) {
            throw new RenderException("a separator must not be empty");
        }
        var parts = new ArrayList<String>();
        int at = 0;
        for (int next = text.indexOf(separator);
                next >= 0 && parts.size() != most;
                next = text.indexOf(separator, at)) {
            parts.add(text.substring(at, next));
            at = next + separator.length();
        }
        parts.add(text.substring(at));
        return parts;
    }

    /** The parts between whitespace; what is left after {@code most} cuts stays one part. */
    static List<String> words(String text, long most) {
        var words = new ArrayList<String>();
        int start = next(text, 0, false);
        while (start < text.length()) {
            int end = words.size() == most ? text.length() : next(text, start, true);
            words.add(text.substring(start, end));
            start = next(text, end, false);
        }
        return words;
    }

    /** The first place from here on that is a space, or is not. */
    private static int next(String text, int from, boolean space) {
        int at = from;
        while (at < text.length() && isSpace(text.codePointAt(at)) != space) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    /**
     * The text of a literal between its quotes; an escape that is not known stays as it is.
     *
     * @throws IllegalArgumentException if an escape's number is not one
     */
    static String unescaped(String literal) {
        var text = new StringBuilder();
        int at = 0;
        while (at < literal.length()) {
            if (literal.charAt(at) == '\\') {
                at = escape(literal, at + 1, text);
            } else {
                text.append(literal.charAt(at++));
            }
        }
        return text.toString();
    }

    /** Appends what the escape means; returns the place after it. */
    private static int escape(String literal, int at, StringBuilder text) {
        char escape = literal.charAt(at);
        switch (escape) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case '\'', '"', '\\' -> text.append(escape);
            case '\n' -> {} // a line that goes on
            case 'x' -> text.appendCodePoint(number(literal, at, 2));
            case 'u' -> text.appendCodePoint(number(literal, at, 4));
            case 'U' -> text.appendCodePoint(number(literal, at, 8));
            default -> text.append('\\').append(escape);
        }
        return at
                + 1
                + switch (escape) {
                    case 'x' -> 2;
                    case 'u' -> 4;
                    case 'U' -> 8;
                    default -> 0;
                };
    }

    private static int number(String literal, int at, int digits) {
        int end = Math.min(literal.length(), at + 1 + digits);
        return HexFormat.fromHexDigits(literal, at + 1, end);
    }
}
