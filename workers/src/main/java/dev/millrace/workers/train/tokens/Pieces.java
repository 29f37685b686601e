package dev.millrace.workers.train.tokens;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Cuts text as the tokenizer's first stage does: a word or a run of punctuation, with the space
 * before it.
 */
public final class Pieces {
    /** Also written to tokenizer.json; both engines read it alike. */
    static final String PATTERN =
            "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}|"
                    + " ?[^\\s\\p{L}\\p{N}]+|[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final Pattern COMPILED =
            Pattern.compile(PATTERN, Pattern.UNICODE_CHARACTER_CLASS);

    private Pieces() {}

    public static List<String> of(String text) {
        return COMPILED.matcher(text).results().map(MatchResult::group).toList();
    }
}
