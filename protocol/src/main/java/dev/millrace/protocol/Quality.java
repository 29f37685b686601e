package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;

/** How exactly a flow is inverted: where sweeps over a picture's tokens may stop. */
public enum Quality {
    /** What the model's folder says, else as {@link #MEDIUM}. */
    AUTO("auto"),
    LOW("low"),
    MEDIUM("medium"),
    HIGH("high");

    private final String word;

    Quality(String word) {
        this.word = word;
    }

    /** As records and requests call it. */
    public String word() {
        return word;
    }

    public static Optional<Quality> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
