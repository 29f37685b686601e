package dev.millrace.workers.text.template;

import static dev.millrace.workers.text.template.Builtin.optional;

import dev.millrace.workers.text.template.Builtin.Arguments;
import dev.millrace.workers.text.template.Value.Int;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Real;
import dev.millrace.workers.text.template.Value.Str;
import dev.millrace.workers.text.template.Value.Undefined;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands behind a {@code |}. */
final class Filters {
    private static final List<String> NONE = List.of();

    static final Map<String, Builtin> ALL =
            Builtin.table(
                    Stream.of(
                            optional("trim", List.of("chars"), Filters::trim),
                            optional("length", NONE, (value, _) -> length(value)),
                            optional("count", NONE, (value, _) -> length(value)),
                            optional("tojson", List.of("ensure_ascii", "indent"), Filters::json),
                            optional("upper", NONE, (value, run) -> method("upper", value, run)),
                            optional("lower", NONE, (value, run) -> method("lower", value, run)),
                            optional("title", NONE, (value, run) -> method("title", value, run)),
                            optional(
                                    "capitalize",
                                    NONE,
                                    (value, run) -> method("capitalize", value, run)),
                            optional("default", List.of("default_value", "boolean"), Filters::or),
                            optional("d", List.of("default_value", "boolean"), Filters::or),
                            optional("join", List.of("d", "attribute"), Filters::join),
                            optional("first", NONE, (value, _) -> end(value, 0)),
                            optional("last", NONE, (value, _) -> end(value, -1)),
                            new Builtin(
                                    "replace", List.of("old", "new", "count"), 2, Filters::replace),
                            optional("string", NONE, (value, run) -> run.built(run.shown(value))),
                            optional("safe", NONE, (value, _) -> value),
                            optional("int", List.of("default"), Filters::integer),
                            optional("float", List.of("default"), Filters::real),
                            optional("abs", NONE, (value, _) -> absolute(value)),
                            optional("list", NONE, (value, run) -> run.built(value.elements())),
                            optional("reverse", NONE, Filters::reversed),
                            optional("items", NONE, Filters::items),
                            optional("map", List.of("filter", "attribute"), Filters::mapped),
                            optional("select", List.of("test", "argument"), Filters::select),
                            optional("reject", List.of("test", "argument"), Filters::reject),
                            new Builtin(
                                    "selectattr",
                                    List.of("attribute", "test", "argument"),
                                    1,
                                    Filters::select),
                            new Builtin(
                                    "rejectattr",
                                    List.of("attribute", "test", "argument"),
                                    1,
                                    Filters::reject)));

    private Filters() {}

    /** Filters that are methods, too, take anything for a string. */
    private static Value method(String name, Value value, Arguments arguments) {
        return Methods.apply(name, Value.of(arguments.shown(value)), arguments);
    }

    private static Value trim(Value value, Arguments arguments) {
        return method("strip", value, arguments);
    }

    private static Value replace(Value value, Arguments arguments) {
        return method("replace", value, arguments);
    }

    private static Value length(Value value) {
        return switch (value) {
            case Str(var text) -> Value.of(text.codePointCount(0, text.length()));
            case Listing(var items) -> Value.of(items.size());
            case Mapping(var entries) -> Value.of(entries.size());
            case Undefined _ -> Value.of(0);
            default -> throw new RenderException(value.kind() + " has no length");
        };
    }

    private static Value json(Value value, Arguments arguments) {
        boolean ascii = arguments.value("ensure_ascii").isTrue();
        return arguments.built(
                PythonJson.of(
                        value,
                        (int) arguments.integer("indent", -1),
                        ascii,
                        arguments.run().budget()));
    }

    private static Value or(Value value, Arguments arguments) {
        boolean absent =
                value instanceof Undefined
                        || (arguments.value("boolean").isTrue() && !value.isTrue());
        if (!absent) {
            return value;
        }
        return arguments.values().getOrDefault("default_value", Value.of(""));
    }

    private static Value join(Value value, Arguments arguments) {
        var between = arguments.shown(arguments.values().getOrDefault("d", Value.of("")));
        return arguments.built(
                value.elements().stream()
                        .map(item -> part(item, arguments))
                        .map(arguments::shown)
                        .collect(Collectors.joining(between)));
    }

    private static Value part(Value item, Arguments arguments) {
        return arguments.has("attribute") ? Access.path(item, arguments.text("attribute")) : item;
    }

    private static Value end(Value value, int index) {
        var elements = value.elements();
        if (elements.isEmpty()) {
            return new Undefined("the end of an empty sequence");
        }
        return index == 0 ? elements.getFirst() : elements.getLast();
    }

    private static Value integer(Value value, Arguments arguments) {
        try {
            return switch (value) {
                case Str(var text) -> Value.of(Long.parseLong(Texts.strip(text)));
                case Real(var number) -> Value.of((long) number);
                default -> Value.of(Operator.integer(value));
            };
        } catch (NumberFormatException | RenderException e) {
            return arguments.values().getOrDefault("default", Value.of(0));
        }
    }

    private static Value real(Value value, Arguments arguments) {
        try {
            return value instanceof Str(var text)
                    ? new Real(Double.parseDouble(Texts.strip(text)))
                    : new Real(Operator.real(value));
        } catch (NumberFormatException | RenderException e) {
            return arguments.values().getOrDefault("default", new Real(0));
        }
    }

    private static Value absolute(Value value) {
        return value instanceof Real(var number)
                ? new Real(Math.abs(number))
                : new Int(Math.absExact(Operator.integer(value)));
    }

    private static Value reversed(Value value, Arguments arguments) {
        var none = Value.None.NONE;
        var back = value instanceof Mapping ? new Listing(value.elements()) : value;
        return Access.slice(back, none, none, Value.of(-1), arguments.run().budget());
    }

    private static Value items(Value value, Arguments arguments) {
        return value instanceof Undefined
                ? new Listing(List.of())
                : Methods.apply("items", value, arguments);
    }

    private static Value mapped(Value value, Arguments arguments) {
        return arguments.has("filter")
                ? kept(value, arguments, _ -> true, item -> filtered(item, arguments))
                : kept(value, arguments, _ -> true, item -> part(item, arguments));
    }

    /** By a filter that needs no arguments. */
    private static Value filtered(Value item, Arguments arguments) {
        var filter = ALL.get(arguments.text("filter"));
        if (filter == null) {
            throw new RenderException("'map' has no filter");
        }
        return filter.body().apply(item, new Arguments(Map.of(), arguments.run()));
    }

    private static Value select(Value value, Arguments arguments) {
        return kept(value, arguments, item -> passes(item, arguments), item -> item);
    }

    private static Value reject(Value value, Arguments arguments) {
        return kept(value, arguments, item -> !passes(item, arguments), item -> item);
    }

    private static Value kept(
            Value value, Arguments arguments, Predicate<Value> keeps, UnaryOperator<Value> change) {
        var kept = new ArrayList<Value>();
        for (var item : value.elements()) {
            arguments.run().budget().step();
            if (keeps.test(item)) {
                kept.add(change.apply(item));
            }
        }
        return arguments.built(kept);
    }

    private static boolean passes(Value item, Arguments arguments) {
        var tested = part(item, arguments);
        return arguments.has("test")
                ? Tests.holds(arguments.text("test"), tested, arguments)
                : tested.isTrue();
    }
}
