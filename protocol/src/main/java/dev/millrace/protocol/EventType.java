package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of record a stream is made of; {@link #word} is what clients see. */
public enum EventType {
    ACCEPTED("accepted", Role.START),
    CLAIMED("claimed", Role.CLAIM),
    DELTA("delta", Role.CONTENT),
    PREVIEW("preview", Role.CONTENT),
    PICTURE("picture", Role.CONTENT),
    MASK("mask", Role.CONTENT),
    PROGRESS("progress", Role.CONTENT),
    RESTARTED("restarted", Role.CONTENT),
    COMPLETED("completed", Role.END),
    FAILED("failed", Role.CLOSING_END),
    CANCELLED("cancelled", Role.CLOSING_END),
    EXPIRED("expired", Role.CLOSING_END);

    private enum Role {
        START,
        CLAIM,
        CONTENT,
        END,
        CLOSING_END
    }

    private static final Map<String, EventType> BY_WORD =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(EventType::word, Function.identity()));

    private final String word;
    private final Role role;

    EventType(String word, Role role) {
        this.word = word;
        this.role = role;
    }

    public static Optional<EventType> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }

    public String word() {
        return word;
    }

    /** Whether a stream ends with it. */
    public boolean isTerminal() {
        return role == Role.END || role == Role.CLOSING_END;
    }

    /** Whether somebody who is not the stream's worker may end the stream with it. */
    public boolean mayClose() {
        return role == Role.CLOSING_END;
    }
}
