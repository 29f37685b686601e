package dev.millrace.workers.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a template computes with: Python's values, as far as templates can make them. */
sealed interface Value {
    record None() implements Value {
        static final Value NONE = new None();
    }

    /** A name that has no value: empty when printed, false, and an error in most other uses. */
    record Undefined(String name) implements Value {}

    record Bool(boolean holds) implements Value {
        static final Value TRUE = new Bool(true);
        static final Value FALSE = new Bool(false);
    }

    record Int(long number) implements Value {}

    record Real(double number) implements Value {}

    record Str(String text) implements Value {}

    record Listing(List<Value> items) implements Value {
        public Listing {
            items = Collections.unmodifiableList(items);
        }
    }

    record Mapping(Map<String, Value> entries) implements Value {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /** The one value a template can change: {@code namespace(...)}. */
    record Namespace(Map<String, Value> entries) implements Value {}

    /** A function, which can only be called. */
    record Callable(String name) implements Value {}

    static Value of(boolean holds) {
        return holds ? Bool.TRUE : Bool.FALSE;
    }

    static Value of(String text) {
        return new Str(text);
    }

    static Value of(long number) {
        return new Int(number);
    }

    default boolean isTrue() {
        return switch (this) {
            case None _, Undefined _ -> false;
            case Bool(var holds) -> holds;
            case Int(var number) -> number != 0;
            case Real(var number) -> number != 0;
            case Str(var text) -> !text.isEmpty();
            case Listing(var items) -> !items.isEmpty();
            case Mapping(var entries) -> !entries.isEmpty();
            case Namespace _, Callable _ -> true;
        };
    }

    /** What this is called in messages. */
    default String kind() {
        return switch (this) {
            case None _ -> "none";
            case Undefined(var name) -> "undefined " + name;
            case Bool _ -> "a boolean";
            case Int _ -> "an integer";
            case Real _ -> "a float";
            case Str _ -> "a string";
            case Listing _ -> "a list";
            case Mapping _ -> "a mapping";
            case Namespace _ -> "a namespace";
            case Callable(var name) -> "function " + name;
        };
    }

    /** The values a loop over this takes; a string's are its characters, a mapping's its keys. */
    default List<Value> elements() {
        return switch (this) {
            case Listing(var items) -> items;
            case Mapping(var entries) -> entries.keySet().stream().map(Value::of).toList();
            case Str(var text) -> characters(text);
            case Undefined _ -> List.of();
            case None _, Bool _, Int _, Real _, Namespace _, Callable _ ->
                    throw new RenderException(kind() + " is not iterable");
        };
    }

    private static List<Value> characters(String text) {
        var characters = new ArrayList<Value>();
        text.codePoints().forEach(point -> characters.add(of(Character.toString(point))));
        return characters;
    }
}
