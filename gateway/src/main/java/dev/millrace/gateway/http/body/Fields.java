package dev.millrace.gateway.http.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.gateway.refusal.Refusal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object whose fields are read by name and type. Remembers which names were asked for, so
 * that {@link #refuseOthers} can name what nobody understands. A field that is null is absent.
 */
public final class Fields {
    private final String path;
    private final ObjectNode node;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * @param path of this object within the body, for messages; empty for the body itself
     */
    public Fields(String path, ObjectNode node) {
        this.path = path;
        this.node = node;
    }

    /** An object that was not given. */
    public static Fields none(String path) {
        return new Fields(path, JsonNodeFactory.instance.objectNode());
    }

    /** As much of a client's value as a message may repeat. */
    public static String shown(String value) {
        return Shown.name(value);
    }

    /** Of this object within the body; empty for the body itself. */
    public String path() {
        return path;
    }

    /** The full name of a field. */
    public String named(String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    public boolean has(String name) {
        return value(name).isPresent();
    }

    public Optional<JsonNode> value(String name) {
        known.add(name);
        var value = node.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> text(String name) {
        return value(name).map(value -> text(named(name), value));
    }

    public String requiredText(String name) {
        return text(name).orElseThrow(() -> refusal(name, "must be a string, was not there"));
    }

    /** A string that is valid Unicode: half a surrogate pair cannot be written to the log. */
    static String text(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw Refusal.invalid(name, name + " must be a string, was " + Shown.value(value));
        }
        var text = value.textValue();
        int stray = straySurrogate(text);
        if (stray >= 0) {
            throw Refusal.invalid(
                    name,
                    "%s must be Unicode text, character %d is half a surrogate pair (U+%04X)"
                            .formatted(name, stray, (int) text.charAt(stray)));
        }
        return text;
    }

    /** Where half a surrogate pair stands alone; -1 if none does. */
    private static int straySurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int character = text.codePointAt(i);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                return i;
            }
            i += Character.charCount(character);
        }
        return -1;
    }

    public Optional<Boolean> flag(String name) {
        return value(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrong(name, "must be true or false", value);
                    }
                    return value.booleanValue();
                });
    }

    /** A whole number between these, both included. */
    public Optional<Long> whole(String name, long least, long most) {
        return value(name)
                .map(value -> {
                    boolean whole =
                            value.isIntegralNumber()
                                    || (value.isNumber()
                                            && value.doubleValue()
                                                    == Math.rint(value.doubleValue()));
                    if (!whole
                            || !value.canConvertToLong()
                            || value.longValue() < least
                            || value.longValue() > most) {
                        throw wrong(name, "must be a whole number, " + least + ".." + most, value);
                    }
                    return value.longValue();
                });
    }

    /** A number between these, both included. */
    public Optional<Double> number(String name, double least, double most) {
        return value(name)
                .map(value -> {
                    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
                    if (!(number >= least && number <= most)) {
                        throw wrong(name, "must be a number, " + least + ".." + most, value);
                    }
                    return number;
                });
    }

    public Optional<Fields> object(String name) {
        return value(name).map(value -> object(named(name), value));
    }

    private static Fields object(String name, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return new Fields(name, object);
        }
        throw Refusal.invalid(name, name + " must be an object, was " + Shown.value(value));
    }

    public Optional<List<Fields>> objects(String name) {
        return array(name)
                .map(array -> {
                    var objects = new ArrayList<Fields>();
                    for (int i = 0; i < array.size(); i++) {
                        objects.add(object(named(name) + '[' + i + ']', array.get(i)));
                    }
                    return objects;
                });
    }

    /** An array of strings, or one string for an array of one. */
    public Optional<List<String>> texts(String name) {
        var value = value(name);
        if (value.isPresent() && value.get().isTextual()) {
            return Optional.of(List.of(text(named(name), value.get())));
        }
        return array(name)
                .map(array -> {
                    var texts = new ArrayList<String>();
                    for (int i = 0; i < array.size(); i++) {
                        texts.add(text(named(name) + '[' + i + ']', array.get(i)));
                    }
                    return texts;
                });
    }

    private Optional<ArrayNode> array(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof ArrayNode array) {
                        return array;
                    }
                    throw wrong(name, "must be an array", value);
                });
    }

    /** Passes over these if they are there. */
    public void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /** Names the first field that nobody asked for. */
    public void refuseOthers() {
        node.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        throw refusal(
                                Shown.name(name),
                                "is not known; expected any of " + String.join(", ", known));
                    }
                });
    }

    public Refusal wrong(String name, String expected, JsonNode value) {
        return refusal(name, expected + ", was " + Shown.value(value));
    }

    /** A refusal of this field; the message starts with its name. */
    public Refusal refusal(String name, String message) {
        return Refusal.invalid(named(name), named(name) + ' ' + message);
    }
}
