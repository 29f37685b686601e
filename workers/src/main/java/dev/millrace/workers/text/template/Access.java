package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Value.Bool;
import dev.millrace.workers.text.template.Value.Int;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Namespace;
import dev.millrace.workers.text.template.Value.Str;
import dev.millrace.workers.text.template.Value.Undefined;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of values: attributes, items, slices. A part that does not exist is undefined. */
final class Access {
    private Access() {}

    static Value attribute(Value of, String name) {
        return switch (of) {
            case Mapping(var entries) -> entry(entries, name);
            case Namespace(var entries) -> entry(entries, name);
            case Undefined undefined ->
                    throw new RenderException(undefined.name() + " is undefined");
            default -> new Undefined(name);
        };
    }

    static Value item(Value of, Value key) {
        return switch (key) {
            case Str(var name) -> attribute(of, name);
            case Int(var index) -> element(of, index);
            case Bool bool -> element(of, Operator.integer(bool));
            default -> new Undefined(key.kind());
        };
    }

    /** An attribute of an attribute and so on, as in {@code function.name}. */
    static Value path(Value of, String path) {
        var value = of;
        for (var name : path.split("\\.", -1)) {
            value = attribute(value, name);
        }
        return value;
    }

    private static Value entry(Map<String, Value> entries, String name) {
        return entries.getOrDefault(name, new Undefined(name));
    }

    private static Value element(Value of, long index) {
        if (of instanceof Undefined(var name)) {
            throw new RenderException(name + " is undefined");
        }
        if (!(of instanceof Listing || of instanceof Str)) {
            return new Undefined(Long.toString(index));
        }
        var elements = of.elements();
        long at = index < 0 ? index + elements.size() : index;
        return at >= 0 && at < elements.size()
                ? elements.get((int) at)
                : new Undefined(Long.toString(index));
    }

    /** Python's {@code of[from:to:step]}. */
    static Value slice(Value of, Value from, Value to, Value step, Budget budget) {
        long by = step instanceof Value.None ? 1 : Operator.integer(step);
        if (by == 0) {
            throw new RenderException("a slice's step must not be 0");
        }
        if (!(of instanceof Listing || of instanceof Str)) {
            throw new RenderException(of.kind() + " cannot be sliced");
        }
        var elements = of.elements();
        long size = elements.size();
        long at = bound(from, size, by > 0 ? 0 : size - 1, by);
        long end = bound(to, size, by > 0 ? size : -1, by);
        var taken = new ArrayList<Value>();
        for (; by > 0 ? at < end : at > end; at += by) {
            taken.add(elements.get((int) at));
        }
        return of instanceof Str ? budget.built(joined(taken, budget)) : budget.built(taken);
    }

    private static long bound(Value bound, long size, long absent, long by) {
        if (bound instanceof Value.None) {
            return absent;
        }
        long at = Operator.integer(bound);
        long counted = at < 0 ? at + size : at;
        return by > 0 ? Math.clamp(counted, 0, size) : Math.clamp(counted, -1, size - 1);
    }

    private static String joined(List<Value> characters, Budget budget) {
        var text = new StringBuilder();
        characters.forEach(character -> text.append(PythonText.of(character, budget)));
        return text.toString();
    }
}
