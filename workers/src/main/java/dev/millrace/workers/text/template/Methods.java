package dev.millrace.workers.text.template;

import static dev.millrace.workers.text.template.Builtin.optional;
import static dev.millrace.workers.text.template.Builtin.required;

import dev.millrace.workers.text.template.Builtin.Arguments;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Str;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Methods of strings and mappings. */
final class Methods {
    private static final List<String> NONE = List.of();
    private static final List<String> CHARS = List.of("chars");

    static final Map<String, Builtin> ALL =
            Builtin.table(
                    Stream.of(
                            optional("strip", CHARS, (value, run) -> strip(value, run, true, true)),
                            optional(
                                    "lstrip",
                                    CHARS,
                                    (value, run) -> strip(value, run, true, false)),
                            optional(
                                    "rstrip",
                                    CHARS,
                                    (value, run) -> strip(value, run, false, true)),
                            optional("split", List.of("sep", "maxsplit"), Methods::split),
                            new Builtin(
                                    "replace", List.of("old", "new", "count"), 2, Methods::replace),
                            required(
                                    "startswith",
                                    List.of("prefix"),
                                    (value, run) ->
                                            Value.of(text(value).startsWith(run.text("prefix")))),
                            required(
                                    "endswith",
                                    List.of("suffix"),
                                    (value, run) ->
                                            Value.of(text(value).endsWith(run.text("suffix")))),
                            change("upper", text -> text.toUpperCase(Locale.ROOT)),
                            change("lower", text -> text.toLowerCase(Locale.ROOT)),
                            change("title", Methods::title),
                            change("capitalize", Methods::capitalized),
                            optional("items", NONE, Methods::items),
                            optional("keys", NONE, Methods::keys),
                            optional("values", NONE, Methods::values),
                            new Builtin("get", List.of("key", "default"), 1, Methods::get)));

    private Methods() {}

    static Value apply(String name, Value value, Arguments arguments) {
        var method = ALL.get(name);
        if (method == null) {
            throw new IllegalArgumentException("no method " + name);
        }
        return method.body().apply(value, arguments);
    }

    private static Builtin change(String name, UnaryOperator<String> change) {
        return optional(name, NONE, (value, run) -> run.built(change.apply(text(value))));
    }

    private static String text(Value value) {
        if (value instanceof Str(var text)) {
            return text;
        }
        throw new RenderException("a string was expected, found " + value.kind());
    }

    private static Map<String, Value> entries(Value value) {
        if (value instanceof Mapping(var entries)) {
            return entries;
        }
        throw new RenderException("a mapping was expected, found " + value.kind());
    }

    private static Value strip(Value value, Arguments arguments, boolean left, boolean right) {
        IntPredicate goes = Texts::isSpace;
        if (arguments.has("chars")) {
            var chars = arguments.text("chars");
            goes = point -> chars.indexOf(point) >= 0;
        }
        var text = text(value);
        text = right ? Texts.stripRight(text, goes) : text;
        return arguments.built(left ? Texts.stripLeft(text, goes) : text);
    }

    private static Value split(Value value, Arguments arguments) {
        var text = text(value);
        long most = arguments.integer("maxsplit", -1);
        var parts =
                arguments.has("sep")
                        ? Texts.split(text, arguments.text("sep"), most)
                        : Texts.words(text, most);
        return arguments.built(parts.stream().map(Value::of).toList());
    }

    private static Value replace(Value value, Arguments arguments) {
        var text = text(value);
        long most = arguments.integer("count", -1);
        var old = arguments.text("old");
        if (old.isEmpty()) {
            throw new RenderException("replace needs a text to look for");
        }
        return arguments.built(String.join(arguments.text("new"), Texts.split(text, old, most)));
    }

    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String title(String text) {
        var title = new StringBuilder();
        boolean inWord = false;
        for (int point : text.codePoints().toArray()) {
            title.appendCodePoint(
                    inWord ? Character.toLowerCase(point) : Character.toTitleCase(point));
            inWord = Character.isLetter(point);
        }
        return title.toString();
    }

    private static Value items(Value value, Arguments arguments) {
        var items = new ArrayList<Value>();
        entries(value).forEach((key, item) -> items.add(new Listing(List.of(Value.of(key), item))));
        return arguments.built(items);
    }

    private static Value keys(Value value, Arguments arguments) {
        return arguments.built(new Mapping(entries(value)).elements());
    }

    private static Value values(Value value, Arguments arguments) {
        return arguments.built(List.copyOf(entries(value).values()));
    }

    private static Value get(Value value, Arguments arguments) {
        return entries(value)
                .getOrDefault(arguments.shown(arguments.value("key")), arguments.value("default"));
    }
}
