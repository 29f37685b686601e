package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Expression.Call;
import dev.millrace.workers.text.template.Expression.Literal;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** Looks into arguments that name something, so that a name not supported is refused at start. */
final class Literals {
    private static final ZonedDateTime ANY_TIME =
            ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private Literals() {}

    static void check(Call call, Tokens tokens) {
        checkName(call, "test", Tests.ALL, tokens);
        checkName(call, "filter", Filters.ALL, tokens);
        var format = call.arguments().get("format");
        if (format != null && isText(format)) {
            checkTime(text(format), tokens);
        }
    }

    private static void checkName(
            Call call, String parameter, Map<String, Builtin> table, Tokens tokens) {
        var name = call.arguments().get(parameter);
        if (name == null) {
            return;
        }
        var builtin = isText(name) ? table.get(text(name)) : null;
        if (builtin == null || builtin.required() > (parameter.equals("test") ? 1 : 0)) {
            throw tokens.refused(
                    "'%s' with %s %s is not supported"
                            .formatted(call.builtin().name(), parameter, shown(name)));
        }
    }

    private static void checkTime(String format, Tokens tokens) {
        try {
            Strftime.format(format, ANY_TIME);
        } catch (RenderException e) {
            throw tokens.refused(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isText(Expression expression) {
        return expression instanceof Literal(Value.Str _);
    }

    private static String text(Expression expression) {
        return expression instanceof Literal(Value.Str(var text)) ? text : "";
    }

    private static String shown(Expression expression) {
        return isText(expression) ? "'" + text(expression) + "'" : "by an expression";
    }
}
