package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;

/** Why an answer is complete. */
public enum FinishReason {
    /** The model ended it, or a stop string was met. */
    STOP,
    /** {@code max_tokens} or the model's context was reached. */
    LENGTH;

    public static Optional<FinishReason> of(String word) {
        return Arrays.stream(values()).filter(reason -> reason.word().equals(word)).findFirst();
    }

    public String word() {
        return switch (this) {
            case STOP -> "stop";
            case LENGTH -> "length";
        };
    }
}
