package dev.millrace.protocol.codec;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Png;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Events whose data is a picture: everything else that they say is in attributes. */
final class PictureCodec {
    private static final String PICTURE = "picture";
    private static final String INDEX = "index";
    private static final String BLOCK = "block";
    private static final String FRACTION = "fraction";
    private static final String RESIDUALS = "residuals";
    private static final String SWEEPS = "sweeps";
    private static final String TOKENWISE = "tokenwise";

    private PictureCodec() {}

    static void put(Body.Preview preview, Map<String, String> attributes) {
        attributes.put(PICTURE, Integer.toString(preview.picture()));
        attributes.put(INDEX, Integer.toString(preview.index()));
        attributes.put(BLOCK, Integer.toString(preview.block()));
        attributes.put(FRACTION, Double.toString(preview.fraction()));
        attributes.put(RESIDUALS, list(preview.residuals()));
        put(preview.sweeps(), attributes);
    }

    static void put(Body.Picture picture, Map<String, String> attributes) {
        attributes.put(PICTURE, Integer.toString(picture.picture()));
        put(picture.sweeps(), attributes);
    }

    private static void put(Body.Sweeps sweeps, Map<String, String> attributes) {
        attributes.put(SWEEPS, list(sweeps.counts()));
        if (!sweeps.tokenwise().isEmpty()) {
            attributes.put(TOKENWISE, list(sweeps.tokenwise()));
        }
    }

    private static String list(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static Body.Preview preview(Attributes attributes, byte[] data) {
        return new Body.Preview(
                number(attributes, PICTURE, Integer::valueOf),
                number(attributes, INDEX, Integer::valueOf),
                number(attributes, BLOCK, Integer::valueOf),
                number(attributes, FRACTION, Double::valueOf),
                numbers(attributes, RESIDUALS, Double::valueOf),
                sweeps(attributes),
                new Png(data));
    }

    static Body.Picture picture(Attributes attributes, byte[] data) {
        return new Body.Picture(
                number(attributes, PICTURE, Integer::valueOf), sweeps(attributes), new Png(data));
    }

    private static Body.Sweeps sweeps(Attributes attributes) {
        return new Body.Sweeps(
                numbers(attributes, SWEEPS, Integer::valueOf),
                numbers(attributes, TOKENWISE, Integer::valueOf));
    }

    private static <T> List<T> numbers(
            Attributes attributes, String name, Function<String, T> read) {
        var text = attributes.value(name);
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(",", -1)).map(each -> number(name, each, read)).toList();
    }

    private static <T> T number(Attributes attributes, String name, Function<String, T> read) {
        return number(name, attributes.value(name), read);
    }

    private static <T> T number(String name, String text, Function<String, T> read) {
        try {
            return read.apply(text);
        } catch (NumberFormatException _) { // its message repeats what it read
            throw new Unreadable("attribute '" + name + "' must hold numbers");
        }
    }
}
