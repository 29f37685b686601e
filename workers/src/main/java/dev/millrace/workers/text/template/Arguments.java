package dev.millrace.workers.text.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call as they are written. */
record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** Gives each argument its parameter, as Python does; refuses what does not fit. */
    Map<String, Expression> boundTo(Builtin builtin, Tokens tokens) {
        var parameters = builtin.parameters();
        if (positional.size() > parameters.size()) {
            throw tokens.refused(
                    "'%s' with %d arguments is not supported"
                            .formatted(builtin.name(), positional.size()));
        }
        var bound = new LinkedHashMap<String, Expression>();
        for (int at = 0; at < positional.size(); at++) {
            bound.put(parameters.get(at), positional.get(at));
        }
        named.forEach((name, value) -> {
            if (!parameters.contains(name) || bound.put(name, value) != null) {
                throw tokens.refused(
                        "argument '%s' of '%s' is not supported".formatted(name, builtin.name()));
            }
        });
        for (var name : parameters.subList(0, builtin.required())) {
            if (!bound.containsKey(name)) {
                throw tokens.refused("'%s' needs its '%s'".formatted(builtin.name(), name));
            }
        }
        return Map.copyOf(bound);
    }
}
