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

import java.util.Map;

/**
 * Values as Python's {@code json.dumps(value, indent=...)} writes them: ", " and ": " between, or
 * one entry a line.
 */
final class PythonJson {
    private final int indent;
    private final boolean ascii;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private PythonJson(int indent, boolean ascii, Budget budget) {
        this.budget = budget;
        this.indent = indent;
        this.ascii = ascii;
    }

    /** On one line if {@code indent} is negative; {@code ascii} escapes everything else. */
    static String of(Value value, int indent, boolean ascii, Budget budget) {
        var json = new PythonJson(indent, ascii, budget);
        json.write(value, 1);
        return json.out.toString();
    }

    private void write(Value value, int depth) {
        budget.step();
        switch (value) {
            case None _ -> out.append("null");
            case Bool(var holds) -> out.append(holds);
            case Int(var number) -> out.append(number);
            case Real(var number) -> out.append(number);
            case Str(var text) -> quote(text);
            case Listing(var items) -> list(items, depth);
            case Mapping(var entries) -> map(entries, depth);
            case Undefined _, Namespace _, Callable _ ->
                    throw new RenderException(value.kind() + " cannot be written as JSON");
        }
    }

    private void list(Iterable<Value> items, int depth) {
        out.append('[');
        boolean any = false;
        for (var item : items) {
            between(any, depth);
            write(item, depth + 1);
            any = true;
        }
        close(any, depth, ']');
    }

    private void map(Map<String, Value> entries, int depth) {
        out.append('{');
        boolean any = false;
        for (var entry : entries.entrySet()) {
            between(any, depth);
            quote(entry.getKey());
            out.append(": ");
            write(entry.getValue(), depth + 1);
            any = true;
        }
        close(any, depth, '}');
    }

    private void between(boolean any, int depth) {
        if (indent < 0) {
            out.append(any ? ", " : "");
        } else {
            out.append(any ? "," : "");
            newline(depth);
        }
    }

    private void close(boolean any, int depth, char bracket) {
        if (any && indent >= 0) {
            newline(depth - 1);
        }
        out.append(bracket);
    }

    private void newline(int depth) {
        out.append('\n').repeat(' ', depth * indent);
    }

    private void quote(String text) {
        budget.spend(text.length());
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            switch (unit) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> plain(unit);
            }
        }
        out.append('"');
    }

    private void plain(char unit) {
        if (unit < ' ' || (ascii && unit > '~')) {
            out.append("\\u%04x".formatted((int) unit));
        } else {
            out.append(unit);
        }
    }
}
