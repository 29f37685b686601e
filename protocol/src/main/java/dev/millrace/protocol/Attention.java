package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;

/** What the tokens of an answer look at. */
public enum Attention {
    /** What the model's folder says. */
    AUTO("auto"),
    /** All tokens before them. */
    SOFTMAX("softmax"),
    /** Chunks that are selected where sentences end (ChunkLLM, arXiv 2510.02361). */
    CHUNK("chunk"),
    /** The newest tokens, and sums of those before them (EcoFormer, arXiv 2209.09004). */
    ECO("eco");

    private final String word;

    Attention(String word) {
        this.word = word;
    }

    /** As records and requests call it. */
    public String word() {
        return word;
    }

    public static Optional<Attention> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
