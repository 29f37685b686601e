package dev.millrace.gateway.http.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.gateway.refusal.Refusal;

import java.io.ByteArrayOutputStream;
import java.io.CharArrayReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads strictly (one object, valid UTF-8, no name twice) and writes. */
public final class Json {
    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final int USUAL_BYTES = 256;

    private Json() {}

    /** Writes into an object that is already open. */
    public interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    public static byte[] object(Content content) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws Refusal if it is anything but one JSON object in UTF-8
     */
    public static ObjectNode parse(byte[] bytes) {
        var text = decode(bytes);
        try {
            var node = MAPPER.readTree(new CharArrayReader(text.array(), 0, text.limit()));
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw Refusal.invalid("", "the body must be a JSON object, was " + Shown.value(node));
        } catch (JsonProcessingException e) {
            throw Refusal.invalid("", "the body must be JSON: " + where(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any JSON value; empty if it is none. */
    public static Optional<JsonNode> value(String text) {
        try {
            return Optional.of(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    private static CharBuffer decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw Refusal.invalid(
                    "",
                    "the body must be UTF-8, byte %d is not (0x%02X)"
                            .formatted(in.position(), bytes[in.position()]));
        }
        return out.flip();
    }

    private static String where(JsonProcessingException e) {
        var place = e.getLocation();
        var message = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
        return place == null
                ? message
                : message + " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    }
}
