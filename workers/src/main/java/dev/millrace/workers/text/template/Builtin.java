package dev.millrace.workers.text.template;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something a template can apply by name: a filter, a test, a method or a function.
 *
 * @param parameters in the order of positional arguments
 * @param required how many of them must be given
 */
record Builtin(String name, List<String> parameters, int required, Body body) {

    interface Body {
        Value apply(Value subject, Arguments arguments);
    }

    /** The table of some builtins by their names. */
    static Map<String, Builtin> table(Stream<Builtin> builtins) {
        return builtins.collect(Collectors.toUnmodifiableMap(Builtin::name, builtin -> builtin));
    }

    /** All parameters are optional. */
    static Builtin optional(String name, List<String> parameters, Body body) {
        return new Builtin(name, parameters, 0, body);
    }

    /** All parameters are required. */
    static Builtin required(String name, List<String> parameters, Body body) {
        return new Builtin(name, parameters, parameters.size(), body);
    }

    /** What the parameters stand for in one call. */
    record Arguments(Map<String, Value> values, Run run) {
        boolean has(String parameter) {
            return !(value(parameter) instanceof Value.None);
        }

        Value value(String parameter) {
            return values.getOrDefault(parameter, Value.None.NONE);
        }

        String text(String parameter) {
            if (value(parameter) instanceof Value.Str(var text)) {
                return text;
            }
            throw new RenderException(
                    "%s must be a string, was %s".formatted(parameter, value(parameter).kind()));
        }

        long integer(String parameter, long otherwise) {
            return has(parameter) ? Operator.integer(value(parameter)) : otherwise;
        }

        /** As it would be printed. */
        String shown(Value value) {
            return PythonText.of(value, run.budget());
        }

        Value built(String text) {
            return run.budget().built(text);
        }

        Value built(List<Value> items) {
            return run.budget().built(items);
        }
    }

    /** One rendering. */
    record Run(Budget budget, ZonedDateTime now) {}
}
