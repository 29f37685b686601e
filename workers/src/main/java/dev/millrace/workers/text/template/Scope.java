package dev.millrace.workers.text.template;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Names and their values; a loop's turn has a scope of its own inside the one around it. */
final class Scope {
    private final Map<String, Value> values;
    private final @Nullable Scope around;

    private Scope(Map<String, Value> values, @Nullable Scope around) {
        this.values = values;
        this.around = around;
    }

    static Scope of(Map<String, Value> values) {
        return new Scope(new HashMap<>(values), null);
    }

    Scope inner() {
        return new Scope(new HashMap<>(), this);
    }

    void set(String name, Value value) {
        values.put(name, value);
    }

    Value value(String name) {
        for (var scope = this; scope != null; scope = scope.around) {
            var value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return Functions.ALL.containsKey(name)
                ? new Value.Callable(name)
                : new Value.Undefined(name);
    }
}
