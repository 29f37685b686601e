package dev.millrace.workers.text.tokens;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Set;
import java.util.TreeSet;

/** How a tokenizer writes bytes in the names of its tokens; said by {@code decoder} in its file. */
interface Spelling {
    /** The bytes the token of this name stands for. */
    byte[] bytesOf(String name);

    /** Whether the first space of a text is the tokenizer's own, not the text's. */
    boolean addsSpace();

    /**
     * The spelling of a {@code decoder} entry of tokenizer.json.
     *
     * @throws IllegalArgumentException if it is neither byte-level nor SentencePiece's
     */
    static Spelling of(JsonNode decoder) {
        var steps = new TreeSet<String>();
        collect(decoder, steps);
        if (steps.equals(Set.of("ByteLevel"))) {
            return new ByteLevel();
        }
        var sentencePiece = Set.of("Replace", "ByteFallback", "Fuse", "Strip", "Metaspace");
        if (!steps.isEmpty() && sentencePiece.containsAll(steps)) {
            return SentencePiece.of(decoder);
        }
        throw new IllegalArgumentException(
                "decoder must be ByteLevel, or Replace, ByteFallback, Fuse and Strip, or Metaspace;"
                        + " was "
                        + (steps.isEmpty() ? "absent" : steps));
    }

    private static void collect(JsonNode decoder, Set<String> steps) {
        if (decoder.path("type").asText().equals("Sequence")) {
            decoder.path("decoders").forEach(step -> collect(step, steps));
        } else if (decoder.has("type")) {
            steps.add(decoder.path("type").asText());
        }
    }
}
