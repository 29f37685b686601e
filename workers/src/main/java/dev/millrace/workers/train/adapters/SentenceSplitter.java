package dev.millrace.workers.train.adapters;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds where sentences end, by rules: a run of {@code . ? !} and what closes quotation and
 * brackets after it, followed by space or the text's end; but not after an abbreviation or an
 * initial, not inside a number, and not where the next word goes on in lower case after a full
 * stop, an ellipsis or a quotation. A blank line ends a sentence too. Rules of this kind label the
 * training data of the paper (its section 4.1).
 */
public final class SentenceSplitter {
    private static final Set<String> ABBREVIATIONS =
            Set.of(
                    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e",
                    "cf", "al", "fig", "no", "vol", "pp", "ed", "eds", "inc", "ltd", "co", "corp",
                    "dept", "univ", "gen", "col", "sgt", "capt", "lt", "rev", "hon", "gov", "sen",
                    "rep", "pres", "approx", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
                    "sep", "sept", "oct", "nov", "dec", "a.m", "p.m", "u.s", "u.k");
    private static final String ENDS = ".?!…。？！";
    private static final String CLOSING = "\"')]}”’»";

    private SentenceSplitter() {}

    /** For each sentence, the index after its last character that is not space. */
    public static List<Integer> ends(String text) {
        var ends = new ArrayList<Integer>();
        int last = 0; // after the last character that is not space
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                if (isBlankLine(text, i)) {
                    add(ends, last);
                }
                continue;
            }
            last = i + 1;
            if (ENDS.indexOf(c) >= 0 && ENDS.indexOf(next(text, i)) < 0) {
                int after = afterClosing(text, i + 1);
                if (isEnd(text, i, after)) {
                    add(ends, after);
                }
            }
        }
        add(ends, last);
        return ends;
    }

    private static void add(List<Integer> ends, int end) {
        if (end > 0 && (ends.isEmpty() || ends.getLast() < end)) {
            ends.add(end);
        }
    }

    private static char next(String text, int index) {
        return index + 1 < text.length() ? text.charAt(index + 1) : ' ';
    }

    private static boolean isBlankLine(String text, int index) {
        if (text.charAt(index) != '\n') {
            return false;
        }
        int next = index + 1;
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\r')) {
            next++;
        }
        return next < text.length() && text.charAt(next) == '\n';
    }

    private static int afterClosing(String text, int index) {
        int after = index;
        while (after < text.length() && CLOSING.indexOf(text.charAt(after)) >= 0) {
            after++;
        }
        return after;
    }

    private static boolean isEnd(String text, int mark, int after) {
        boolean isWide = "。？！".indexOf(text.charAt(mark)) >= 0;
        if (isWide || after >= text.length()) {
            return true;
        }
        if (!Character.isWhitespace(text.charAt(after))) {
            return false; // inside a number, a name, an address
        }
        boolean isStop = text.charAt(mark) == '.' || text.charAt(mark) == '…';
        boolean isQuoted = after > mark + 1;
        boolean goesOn = (isStop || isQuoted) && goesOn(text, after);
        return !goesOn && !(isStop && isAbbreviation(text, mark));
    }

    /** The word before a full stop: an abbreviation or one letter. */
    private static boolean isAbbreviation(String text, int mark) {
        int from = mark;
        while (from > 0 && isPartOfWord(text.charAt(from - 1))) {
            from--;
        }
        var word = text.substring(from, mark);
        boolean isInitial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
        return isInitial || ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
    }

    private static boolean isPartOfWord(char c) {
        return Character.isLetter(c) || c == '.';
    }

    private static boolean goesOn(String text, int after) {
        int next = after;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        return next < text.length() && Character.isLowerCase(text.charAt(next));
    }
}
