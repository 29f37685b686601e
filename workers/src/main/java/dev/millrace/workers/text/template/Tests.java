package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Builtin.Arguments;
import dev.millrace.workers.text.template.Value.Bool;
import dev.millrace.workers.text.template.Value.Callable;
import dev.millrace.workers.text.template.Value.Int;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Real;
import dev.millrace.workers.text.template.Value.Str;
import dev.millrace.workers.text.template.Value.Undefined;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What stands behind {@code is}. */
final class Tests {
    static final Map<String, Builtin> ALL =
            Builtin.table(
                    Stream.of(
                            kind("defined", value -> !(value instanceof Undefined)),
                            kind("undefined", Undefined.class::isInstance),
                            kind("none", Value.None.class::isInstance),
                            kind("string", Str.class::isInstance),
                            kind("mapping", Mapping.class::isInstance),
                            kind("sequence", Tests::isSequence),
                            kind(
                                    "iterable",
                                    value -> isSequence(value) || value instanceof Undefined),
                            kind("number", Operator::isNumber),
                            kind("integer", Int.class::isInstance),
                            kind("float", Real.class::isInstance),
                            kind("boolean", Bool.class::isInstance),
                            kind("true", Value.Bool.TRUE::equals),
                            kind("false", Value.Bool.FALSE::equals),
                            kind("callable", Callable.class::isInstance),
                            kind("odd", value -> Operator.integer(value) % 2 != 0),
                            kind("even", value -> Operator.integer(value) % 2 == 0),
                            relation("equalto", Relation.EQUAL),
                            relation("eq", Relation.EQUAL),
                            relation("ne", Relation.NOT_EQUAL),
                            relation("lt", Relation.LESS),
                            relation("le", Relation.LESS_OR_EQUAL),
                            relation("gt", Relation.GREATER),
                            relation("ge", Relation.GREATER_OR_EQUAL),
                            relation("greaterthan", Relation.GREATER),
                            relation("lessthan", Relation.LESS),
                            relation("in", Relation.IN),
                            relation("==", Relation.EQUAL),
                            relation("!=", Relation.NOT_EQUAL)));

    private Tests() {}

    static boolean holds(String name, Value value, Arguments arguments) {
        var test = ALL.get(name);
        if (test == null) {
            throw new RenderException("test '" + name + "' is not supported");
        }
        return test.body().apply(value, arguments).isTrue();
    }

    private static Builtin kind(String name, Predicate<Value> holds) {
        return Builtin.optional(name, List.of(), (value, _) -> Value.of(holds.test(value)));
    }

    private static Builtin relation(String name, Relation relation) {
        return Builtin.required(
                name,
                List.of("argument"),
                (value, arguments) ->
                        Value.of(
                                relation.holds(
                                        value,
                                        arguments.value("argument"),
                                        arguments.run().budget())));
    }

    private static boolean isSequence(Value value) {
        return value instanceof Str || value instanceof Listing || value instanceof Mapping;
    }
}
