package dev.millrace.workers.text.tokens;

/** Makes any Java string valid Unicode: an unpaired surrogate becomes U+FFFD. */
final class WellFormed {
    private WellFormed() {}

    static String of(String text) {
        int at = firstUnpaired(text, 0);
        if (at < 0) {
            return text;
        }
        var mended = new StringBuilder(text);
        for (; at >= 0; at = firstUnpaired(text, at + 1)) {
            mended.setCharAt(at, '\uFFFD');
        }
        return mended.toString();
    }

    private static int firstUnpaired(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at)) && !isPaired(text, at)) {
                return at;
            }
        }
        return -1;
    }

    /** Of two high surrogates before a low one the second is paired; of two low ones the first. */
    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
