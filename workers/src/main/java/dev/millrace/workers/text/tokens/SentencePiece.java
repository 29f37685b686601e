package dev.millrace.workers.text.tokens;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * SentencePiece's spelling: U+2581 is a space, {@code <0x0A>} is one byte.
 *
 * @param addsSpace whether the encoder puts a space before the text, so that a decoder drops it
 */
record SentencePiece(boolean addsSpace) implements Spelling {
    private static final char SPACE = '\u2581';
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

    static SentencePiece of(JsonNode decoder) {
        return new SentencePiece(dropsSpace(decoder));
    }

    @Override
    public byte[] bytesOf(String name) {
        var oneByte = BYTE.matcher(name);
        if (oneByte.matches()) {
            return new byte[] {(byte) Integer.parseInt(oneByte.group(1), 16)};
        }
        return name.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
    }

    private static boolean dropsSpace(JsonNode decoder) {
        return switch (decoder.path("type").asText()) {
            case "Sequence" -> anyDropsSpace(decoder.path("decoders"));
            case "Strip" -> decoder.path("start").asInt() > 0;
            case "Metaspace" -> addsPrefix(decoder);
            default -> false;
        };
    }

    private static boolean anyDropsSpace(JsonNode steps) {
        for (var step : steps) {
            if (dropsSpace(step)) {
                return true;
            }
        }
        return false;
    }

    /** Newer files say {@code prepend_scheme}, older ones {@code add_prefix_space}. */
    private static boolean addsPrefix(JsonNode metaspace) {
        return metaspace.has("prepend_scheme")
                ? !metaspace.path("prepend_scheme").asText().equals("never")
                : metaspace.path("add_prefix_space").asBoolean(true);
    }
}
