package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;

/** Why a stream failed; {@link #word} is what clients see. */
public enum ErrorCode {
    /**
     * The request is at fault; the message says what was wrong, what was expected and the value.
     */
    INVALID_REQUEST("invalid_request", true),
    CONTEXT_LENGTH_EXCEEDED("context_length_exceeded", true),
    /** The model or its engine failed on this job. */
    ENGINE_FAILED("engine_failed", false),
    /** The job was handed out as often as the delivery limit allows and never finished. */
    ATTEMPTS_EXHAUSTED("attempts_exhausted", false),
    /** The job record cannot be read. */
    UNREADABLE("unreadable", false),
    /** It is unknown whether the job reached its queue. */
    NOT_QUEUED("not_queued", false);

    private final String word;
    private final boolean clientsFault;

    ErrorCode(String word, boolean clientsFault) {
        this.word = word;
        this.clientsFault = clientsFault;
    }

    public static Optional<ErrorCode> of(String word) {
        return Arrays.stream(values()).filter(code -> code.word.equals(word)).findFirst();
    }

    public String word() {
        return word;
    }

    /** Whether another request would have to be sent (a 4xx), or the same one may be (a 5xx). */
    public boolean isClientsFault() {
        return clientsFault;
    }
}
