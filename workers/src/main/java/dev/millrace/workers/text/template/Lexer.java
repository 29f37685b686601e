package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. Whitespace as Jinja does it with {@code trim_blocks} and {@code
 * lstrip_blocks}: a newline right after a block goes, and so do blanks before a block that is first
 * on its line; {@code -} takes all whitespace on its side, {@code +} none.
 */
final class Lexer {
    private static final int MAX_LENGTH = 1 << 18;
    private static final Pattern IN_TAG =
            Pattern.compile(
                    """
                    (?<space>\\s+)
                    |(?<name>[A-Za-z_][A-Za-z0-9_]*)
                    |(?<float>\\d+\\.\\d+(?:[eE][+-]?\\d+)?)
                    |(?<integer>\\d+)
                    |(?<operator>==|!=|>=|<=|//|\\*\\*|[-+*/%~|.,:()\\[\\]{}=<>])
                    """,
                    Pattern.COMMENTS);

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineCounted;
    private boolean startsLine = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        if (template.length() > MAX_LENGTH) {
            throw new UnsupportedTemplateException(
                    1,
                    "a template must have at most %d characters, had %d"
                            .formatted(MAX_LENGTH, template.length()));
        }
        var lexer = new Lexer(withoutLastNewline(template.replaceAll("\r\n?", "\n")));
        while (lexer.at < lexer.source.length()) {
            lexer.data();
        }
        lexer.add(Kind.END, "");
        return lexer.tokens;
    }

    private static String withoutLastNewline(String source) {
        return source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    }

    /** Takes text up to the next tag, and that tag. */
    private void data() {
        int tag = nextTag();
        var text = source.substring(at, tag);
        if (tag == source.length()) {
            add(Kind.DATA, text);
            at = tag;
            return;
        }
        char sort = source.charAt(tag + 1);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        boolean signed = sign == '-' || (sign == '+' && sort != '{');
        add(Kind.DATA, before(text, sort, sign));
        at = tag + (signed ? 3 : 2);
        if (sort == '#') {
            comment();
        } else {
            tag(sort == '{');
        }
    }

    private int nextTag() {
        int tag = source.indexOf('{', at);
        while (tag >= 0 && tag + 1 < source.length()) {
            if ("{%#".indexOf(source.charAt(tag + 1)) >= 0) {
                return tag;
            }
            tag = source.indexOf('{', tag + 1);
        }
        return source.length();
    }

    private String before(String text, char sort, char sign) {
        if (sign == '-') {
            return Texts.stripRight(text);
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean first = line > 0 || startsLine;
        boolean strips = sort != '{' && sign != '+' && first;
        return strips && Texts.strip(text.substring(line)).isEmpty()
                ? text.substring(0, line)
                : text;
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw refused("a comment has no end");
        }
        boolean strips = end > at && source.charAt(end - 1) == '-';
        boolean keeps = end > at && source.charAt(end - 1) == '+';
        at = end + 2;
        after(strips, !keeps);
    }

    private void tag(boolean prints) {
        var end = prints ? "}}" : "%}";
        add(prints ? Kind.PRINT_BEGIN : Kind.BLOCK_BEGIN, prints ? "{{" : "{%");
        int open = 0;
        while (open > 0 || !endsHere(end)) {
            open += inside(end);
        }
        boolean strips = source.charAt(at) == '-';
        boolean keeps = source.charAt(at) == '+';
        add(prints ? Kind.PRINT_END : Kind.BLOCK_END, end);
        at += strips || keeps ? 3 : 2;
        after(strips, !keeps && !prints);
    }

    private boolean endsHere(String end) {
        boolean signed =
                source.startsWith("-", at) || (source.startsWith("+", at) && end.equals("%}"));
        return source.startsWith(end, signed ? at + 1 : at);
    }

    /** Takes one token inside a tag; returns how many more brackets are open after it. */
    private int inside(String end) {
        if (at < source.length() && "'\"".indexOf(source.charAt(at)) >= 0) {
            string();
            return 0;
        }
        var match = IN_TAG.matcher(source).region(at, source.length());
        if (!match.lookingAt()) {
            throw refused(
                    at < source.length()
                            ? "unexpected '" + Character.toString(source.codePointAt(at)) + "'"
                            : "a tag has no " + end);
        }
        at = match.end();
        if (match.group("name") != null) {
            add(Kind.NAME, match.group());
        } else if (match.group("float") != null) {
            add(Kind.FLOAT, match.group());
        } else if (match.group("integer") != null) {
            add(Kind.INTEGER, match.group());
        } else if (match.group("operator") != null) {
            add(Kind.OPERATOR, match.group());
            return bracket(match.group().charAt(0));
        }
        return 0;
    }

    private void string() {
        char quote = source.charAt(at);
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw refused("a string has no end");
        }
        try {
            add(Kind.STRING, Texts.unescaped(source.substring(at + 1, end)));
        } catch (IllegalArgumentException e) {
            throw refused("a string has a broken escape");
        }
        at = end + 1;
    }

    private static int bracket(char operator) {
        return switch (operator) {
            case '(', '[', '{' -> 1;
            case ')', ']', '}' -> -1;
            default -> 0;
        };
    }

    /** Whitespace after a tag. */
    private void after(boolean strips, boolean trimsNewline) {
        int from = at;
        if (strips) {
            while (at < source.length() && Texts.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (trimsNewline && source.startsWith("\n", at)) {
            at++;
        }
        startsLine = at > from && source.charAt(at - 1) == '\n';
    }

    private void add(Kind kind, String text) {
        if (kind != Kind.DATA || !text.isEmpty()) {
            tokens.add(new Token(kind, text, line()));
        }
    }

    private int line() {
        for (; lineCounted < Math.min(at, source.length()); lineCounted++) {
            line += source.charAt(lineCounted) == '\n' ? 1 : 0;
        }
        return line;
    }

    private UnsupportedTemplateException refused(String problem) {
        return new UnsupportedTemplateException(line(), problem);
    }
}
