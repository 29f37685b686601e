package dev.millrace.workers.text;

import dev.millrace.protocol.FinishReason;
import dev.millrace.workers.text.tokens.Detokenizer;
import dev.millrace.workers.text.tokens.StopMatcher;

import java.util.Optional;

/**
 * An answer as it grows: its tokens in, the text that may be shown out, and whether it is complete.
 *
 * <p>A pure function of the tokens, so whoever replays a stream's tokens knows what text was shown.
 */
final class Answer {
    private final Detokenizer detokenizer;
    private final StopMatcher stops;
    private final int most;
    private int tokens;
    private Optional<FinishReason> finish = Optional.empty();

    /**
     * @param most tokens after which it is cut off
     */
    Answer(Detokenizer detokenizer, StopMatcher stops, int most) {
        this.detokenizer = detokenizer;
        this.stops = stops;
        this.most = most;
    }

    /**
     * Takes the next token; returns the text that may be shown now, all of it if that was the last.
     */
    String add(int token) {
        tokens++;
        var text = stops.add(detokenizer.add(token));
        if (stops.hasStopped()) {
            finish = Optional.of(FinishReason.STOP);
            return text;
        }
        if (tokens < most) {
            return text;
        }
        finish = Optional.of(FinishReason.LENGTH);
        return text + rest();
    }

    /** The model has ended the answer; returns the text that was held back. */
    String end() {
        finish = Optional.of(FinishReason.STOP);
        return rest();
    }

    private String rest() {
        var text = stops.add(detokenizer.flush());
        return stops.hasStopped() ? text : text + stops.flush();
    }

    /** How many tokens it has; the index of the next one. */
    int tokens() {
        return tokens;
    }

    /** Why it is complete; nothing while it is not. */
    Optional<FinishReason> finish() {
        return finish;
    }
}
