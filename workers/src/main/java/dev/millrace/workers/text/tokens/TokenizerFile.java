package dev.millrace.workers.text.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads the parts of a tokenizer.json that decoding needs: token names, which are special, and the
 * decoder. The rest (merges, by far the most) is skipped, so a file of 20 MB costs only its names.
 */
final class TokenizerFile {
    private static final int MOST_TOKENS = 1 << 22;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> names = new ArrayList<>();
    private final BitSet special = new BitSet();
    private JsonNode decoder = MissingNode.getInstance();
    private String model = "absent";

    private TokenizerFile() {}

    static TokenizerFile read(Path file) throws IOException {
        var read = new TokenizerFile();
        try (var json = JSON.createParser(file.toFile())) {
            require(json.nextToken() == JsonToken.START_OBJECT, "must be a JSON object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                read.section(json);
            }
        }
        read.check();
        return read;
    }

    /** Name of token {@code id} by index; ids without a token have the empty name. */
    List<String> names() {
        return names;
    }

    OptionalInt idOf(String name) {
        int id = names.indexOf(name);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    BitSet special() {
        return special;
    }

    JsonNode decoder() {
        return decoder;
    }

    private void section(JsonParser json) throws IOException {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
            case "added_tokens" -> JSON.<JsonNode>readTree(json).forEach(this::add);
            case "decoder" -> decoder = JSON.readTree(json);
            case "model" -> model(json);
            default -> json.skipChildren();
        }
    }

    private void model(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_OBJECT, "model must be an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            json.nextToken();
            switch (name) {
                case "type" -> model = json.getText();
                case "vocab" -> vocabulary(json);
                default -> json.skipChildren();
            }
        }
    }

    private void vocabulary(JsonParser json) throws IOException {
        require(
                json.currentToken() == JsonToken.START_OBJECT,
                "model.vocab must be an object of names and ids");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            json.nextToken();
            put(json.getIntValue(), name);
        }
    }

    private void add(JsonNode token) {
        int id = token.path("id").asInt(-1);
        put(id, token.path("content").asText());
        special.set(id, token.path("special").asBoolean());
    }

    private void put(int id, String name) {
        require(
                id >= 0 && id < MOST_TOKENS,
                "token ids must be 0.." + (MOST_TOKENS - 1) + ", was " + id);
        while (names.size() <= id) {
            names.add("");
        }
        names.set(id, name);
    }

    private void check() {
        require(
                model.equals("BPE") || model.equals("WordLevel"),
                "model.type must be BPE or WordLevel, was " + model);
        require(!names.isEmpty(), "model.vocab is empty");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
