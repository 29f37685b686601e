package dev.millrace.workers.text.template;

/** One piece of a template's source; {@code line} counts from 1. */
record Token(Kind kind, String text, int line) {
    enum Kind {
        /** Text outside of all tags, whitespace control applied. */
        DATA,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind expected, String word) {
        return kind == expected && text.equals(word);
    }

    /** For messages. */
    String shown() {
        return switch (kind) {
            case END -> "the end of the template";
            case DATA -> "text";
            case PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END -> text;
            case NAME, STRING, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
        };
    }
}
