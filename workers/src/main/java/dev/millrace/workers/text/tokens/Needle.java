package dev.millrace.workers.text.tokens;

/** One stop string and how much of it the text so far ends with. */
final class Needle {
    private final String text;
    private final int[] fallback;
    private int matched;

    Needle(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a stop string must not be empty");
        }
        this.text = text;
        this.fallback = new int[text.length()];
        for (int at = 1, border = 0; at < fallback.length; at++) {
            border = longer(border, text.charAt(at));
            fallback[at] = border;
        }
    }

    /** Takes the next character; whether the text now ends with the whole string. */
    boolean advance(char unit) {
        matched = longer(matched == text.length() ? fallback[matched - 1] : matched, unit);
        return matched == text.length();
    }

    int matched() {
        return matched;
    }

    int length() {
        return text.length();
    }

    private int longer(int border, char unit) {
        while (border > 0 && text.charAt(border) != unit) {
            border = fallback[border - 1];
        }
        return text.charAt(border) == unit ? border + 1 : border;
    }
}
