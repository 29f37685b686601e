package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Value.Bool;
import dev.millrace.workers.text.template.Value.Callable;
import dev.millrace.workers.text.template.Value.Int;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Namespace;
import dev.millrace.workers.text.template.Value.None;
import dev.millrace.workers.text.template.Value.Real;
import dev.millrace.workers.text.template.Value.Str;
import dev.millrace.workers.text.template.Value.Undefined;

import java.util.List;
import java.util.Map;

/** Values as Python prints them. */
final class PythonText {
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private PythonText(Budget budget) {
        this.budget = budget;
    }

    /** Python's {@code str}. */
    static String of(Value value, Budget budget) {
        if (value instanceof Str(var text)) {
            return text;
        }
        var written = new PythonText(budget);
        written.literal(value);
        return written.out.toString();
    }

    /** Python's {@code repr}. */
    private void literal(Value value) {
        budget.step();
        switch (value) {
            case None _ -> out.append("None");
            case Undefined _ -> {}
            case Bool(var holds) -> out.append(holds ? "True" : "False");
            case Int(var number) -> out.append(number);
            case Real(var number) -> out.append(number);
            case Str(var text) -> quoted(text);
            case Listing(var items) -> list(items);
            case Mapping(var entries) -> map(entries);
            case Namespace _ -> out.append("<Namespace>");
            case Callable(var name) -> out.append("<function ").append(name).append('>');
        }
    }

    private void list(List<Value> items) {
        var between = "[";
        for (var item : items) {
            out.append(between);
            literal(item);
            between = ", ";
        }
        out.append(items.isEmpty() ? "[]" : "]");
    }

    private void map(Map<String, Value> entries) {
        var between = "{";
        for (var entry : entries.entrySet()) {
            out.append(between);
            quoted(entry.getKey());
            out.append(": ");
            literal(entry.getValue());
            between = ", ";
        }
        out.append(entries.isEmpty() ? "{}" : "}");
    }

    private void quoted(String text) {
        budget.spend(text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            switch (unit) {
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\\' -> out.append("\\\\");
                default -> out.append(unit == quote ? "\\" : "").append(unit);
            }
        }
        out.append(quote);
    }
}
