package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Writes with a generator, reads into a tree, and names the field that is not as it should be. */
final class Json {
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxStringLength(Topics.MAX_RECORD_BYTES)
                                            .build())
                            .build());
    private static final int USUAL_BYTES = 96;

    private Json() {}

    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] object(Fields fields) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static JsonNode read(byte[] bytes) {
        try {
            var node = MAPPER.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw new Unreadable("expected a JSON object");
            }
            return node;
        } catch (IOException e) {
            throw new Unreadable("not JSON" + place(e)); // its own message repeats what it read
        }
    }

    private static String place(IOException e) {
        return e instanceof JsonProcessingException json && json.getLocation() != null
                ? " at byte " + json.getLocation().getByteOffset()
                : "";
    }

    static JsonNode field(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            throw new Unreadable("field '" + name + "' is missing");
        }
        return value;
    }

    static String text(JsonNode node, String name) {
        return textOf(field(node, name), name);
    }

    private static String textOf(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw new Unreadable("field '" + name + "' must be a string");
        }
        return value.textValue();
    }

    static ModelId model(JsonNode node) {
        var name = text(node, "model");
        if (!ModelId.isValid(name)) {
            throw new Unreadable("field 'model' is no model id");
        }
        return new ModelId(name);
    }

    /** The attention that a value of this field names. */
    static Attention attention(JsonNode value, String name) {
        return Attention.of(textOf(value, name))
                .orElseThrow(() -> new Unreadable("field '" + name + "' has an unknown value"));
    }

    static boolean flag(JsonNode node, String name) {
        var value = field(node, name);
        if (!value.isBoolean()) {
            throw new Unreadable("field '" + name + "' must be true or false");
        }
        return value.booleanValue();
    }

    static int integer(JsonNode node, String name) {
        return integerOf(field(node, name), name);
    }

    private static int integerOf(JsonNode value, String name) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new Unreadable("field '" + name + "' must be an integer");
        }
        return value.intValue();
    }

    static long whole(JsonNode node, String name) {
        var value = field(node, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Unreadable("field '" + name + "' must be an integer");
        }
        return value.longValue();
    }

    /** The elements of an array; what is wrong with one of them is said of the array. */
    static Stream<JsonNode> elements(JsonNode node, String name) {
        var value = field(node, name);
        if (!value.isArray()) {
            throw new Unreadable("field '" + name + "' must be an array");
        }
        return StreamSupport.stream(value.spliterator(), false);
    }

    static List<String> texts(JsonNode node, String name) {
        return elements(node, name).map(element -> textOf(element, name)).toList();
    }

    static List<Integer> integers(JsonNode node, String name) {
        return elements(node, name).map(element -> integerOf(element, name)).toList();
    }

    static byte[] bytes(JsonNode node, String name) {
        var value = field(node, name);
        if (!value.isTextual()) { // else the library says nothing, and makes no bytes
            throw new Unreadable("field '" + name + "' must be base64");
        }
        try {
            return value.binaryValue();
        } catch (IOException _) { // its message repeats what it read
            throw new Unreadable("field '" + name + "' must be base64");
        }
    }

    static double number(JsonNode node, String name) {
        return numberOf(field(node, name), name);
    }

    static List<Double> numbers(JsonNode node, String name) {
        return elements(node, name).map(element -> numberOf(element, name)).toList();
    }

    /** The elements of an array of arrays. */
    static List<List<Double>> rows(JsonNode node, String name) {
        return elements(node, name)
                .map(row ->
                        StreamSupport.stream(row.spliterator(), false)
                                .map(element -> numberOf(element, name))
                                .toList())
                .toList();
    }

    private static double numberOf(JsonNode value, String name) {
        if (!value.isNumber()) {
            throw new Unreadable("field '" + name + "' must be a number");
        }
        return value.doubleValue();
    }
}
