package dev.millrace.workers.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * A JSON object of a model's folder, read key by key; every complaint names the file, the key and
 * the value.
 */
public final class ConfigJson {
    private static final int MAX_BYTES = 4 << 20;

    private final Path file;
    private final String prefix;
    private final JsonNode object;

    private ConfigJson(Path file, String prefix, JsonNode object) {
        this.file = file;
        this.prefix = prefix;
        this.object = object;
        if (!object.isObject()) {
            throw new BadModelException(file, prefix + "must be a JSON object");
        }
    }

    public static ConfigJson read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadModelException(file, "must have at most " + MAX_BYTES + " bytes");
            }
            return new ConfigJson(file, "", new ObjectMapper().readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new BadModelException(file, "not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadModelException(file, "cannot be read: " + e, e);
        }
    }

    /** The file if it is there, else an object without keys. */
    public static ConfigJson readIfPresent(Path file) {
        return Files.exists(file)
                ? read(file)
                : new ConfigJson(file, "", JsonNodeFactory.instance.objectNode());
    }

    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** Whether a key's value is an object. */
    public boolean isObject(String key) {
        return object.path(key).isObject();
    }

    /** Names the first key that is not among these. */
    public void refuseOthers(Collection<String> known) {
        object.fieldNames()
                .forEachRemaining(key -> {
                    if (!known.contains(key)) {
                        throw wrong(key, "is not known; expected any of " + known);
                    }
                });
    }

    /** An object inside this one; absent when the key is missing or null. */
    public Optional<ConfigJson> object(String key) {
        return has(key)
                ? Optional.of(new ConfigJson(file, prefix + key + ".", object.get(key)))
                : Optional.empty();
    }

    /** Objects in a list. */
    public List<ConfigJson> objects(String key) {
        if (!object.path(key).isArray()) {
            throw wrong(key, "must be a list of objects");
        }
        var elements = elements(key);
        return IntStream.range(0, elements.size())
                .mapToObj(i -> new ConfigJson(file, prefix + key + "[" + i + "].", elements.get(i)))
                .toList();
    }

    public String text(String key) {
        if (!object.path(key).isTextual()) {
            throw wrong(key, "must be a string");
        }
        return object.get(key).asText();
    }

    public String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    public List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (!object.get(key).isArray() || !elements(key).stream().allMatch(JsonNode::isTextual)) {
            throw wrong(key, "must be a list of strings");
        }
        return elements(key).stream().map(JsonNode::asText).toList();
    }

    /** A whole number from 1 to 2^31-1. */
    public int positive(String key) {
        var value = object.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "must be a positive integer");
        }
        return value.asInt();
    }

    public int positive(String key, int otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    /** A whole number from 0 to 2^31-1. */
    public int count(String key, int otherwise) {
        var value = object.path(key);
        if (has(key)
                && (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0)) {
            throw wrong(key, "must be an integer of at least 0");
        }
        return has(key) ? value.asInt() : otherwise;
    }

    /** A finite number. */
    public double signed(String key, double otherwise) {
        var value = object.path(key);
        if (has(key) && (!value.isNumber() || !Double.isFinite(value.asDouble()))) {
            throw wrong(key, "must be a number");
        }
        return has(key) ? value.asDouble() : otherwise;
    }

    /** A finite number of at least zero. */
    public double number(String key) {
        var value = object.path(key);
        if (!value.isNumber() || !Double.isFinite(value.asDouble()) || value.asDouble() < 0) {
            throw wrong(key, "must be a number of at least 0");
        }
        return value.asDouble();
    }

    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        if (has(key) && !object.get(key).isBoolean()) {
            throw wrong(key, "must be true or false");
        }
        return has(key) ? object.get(key).asBoolean() : otherwise;
    }

    /** A list of whole numbers; empty if there is none. */
    public List<Integer> integers(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (!object.get(key).isArray() || !elements(key).stream().allMatch(JsonNode::isInt)) {
            throw wrong(key, "must be a list of integers");
        }
        return elements(key).stream().map(JsonNode::asInt).toList();
    }

    /** Token ids given as one number or as a list of them. */
    public List<Integer> tokenIds(String key) {
        if (!has(key)) {
            return List.of();
        }
        var ids = object.get(key).isArray() ? elements(key) : List.of(object.get(key));
        if (!ids.stream().allMatch(id -> id.isInt() && id.asInt() >= 0)) {
            throw wrong(key, "must be a token id or a list of them");
        }
        return ids.stream().map(JsonNode::asInt).toList();
    }

    private List<JsonNode> elements(String key) {
        return StreamSupport.stream(object.get(key).spliterator(), false).toList();
    }

    /** The complaint about a key's value; to be thrown. */
    public BadModelException wrong(String key, String expectation) {
        var value = object.has(key) ? object.get(key).toString() : "missing";
        return new BadModelException(file, prefix + key + " " + expectation + ", was " + value);
    }

    /** The complaint about this object as a whole; to be thrown. */
    public BadModelException wrong(String problem) {
        return new BadModelException(file, prefix + problem);
    }
}
