package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Builtin.Run;
import dev.millrace.workers.text.template.Expression.And;
import dev.millrace.workers.text.template.Expression.Arithmetic;
import dev.millrace.workers.text.template.Expression.Attribute;
import dev.millrace.workers.text.template.Expression.Call;
import dev.millrace.workers.text.template.Expression.Comparison;
import dev.millrace.workers.text.template.Expression.Conditional;
import dev.millrace.workers.text.template.Expression.Item;
import dev.millrace.workers.text.template.Expression.ListOf;
import dev.millrace.workers.text.template.Expression.Literal;
import dev.millrace.workers.text.template.Expression.MapOf;
import dev.millrace.workers.text.template.Expression.Name;
import dev.millrace.workers.text.template.Expression.NamespaceOf;
import dev.millrace.workers.text.template.Expression.Negative;
import dev.millrace.workers.text.template.Expression.Not;
import dev.millrace.workers.text.template.Expression.Or;
import dev.millrace.workers.text.template.Expression.Slice;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What expressions are worth, in one rendering. */
record Evaluator(Run run) {
    Value value(Expression expression, Scope scope) {
        run.budget().step();
        return switch (expression) {
            case Literal(var value) -> value;
            case Name(var name) -> scope.value(name);
            case ListOf(var items) ->
                    run.budget().built(items.stream().map(item -> value(item, scope)).toList());
            case MapOf(var entries) -> map(entries, scope);
            case NamespaceOf(var entries) ->
                    new Value.Namespace(new HashMap<>(values(entries, scope)));
            case Attribute(var of, var name) -> Access.attribute(value(of, scope), name);
            case Item(var of, var key) -> Access.item(value(of, scope), value(key, scope));
            case Slice slice -> slice(slice, scope);
            case Call(var builtin, var subject, var arguments) ->
                    builtin.body()
                            .apply(
                                    value(subject, scope),
                                    new Builtin.Arguments(values(arguments, scope), run));
            case Not(var of) -> Value.of(!isTrue(of, scope));
            case Negative(var of) ->
                    Operator.SUBTRACT.apply(Value.of(0), value(of, scope), run.budget());
            case And(var left, var right) -> {
                var first = value(left, scope);
                yield first.isTrue() ? value(right, scope) : first;
            }
            case Or(var left, var right) -> {
                var first = value(left, scope);
                yield first.isTrue() ? first : value(right, scope);
            }
            case Arithmetic(var operator, var left, var right) ->
                    operator.apply(value(left, scope), value(right, scope), run.budget());
            case Comparison comparison -> Value.of(holds(comparison, scope));
            case Conditional(var then, var condition, var otherwise) ->
                    value(isTrue(condition, scope) ? then : otherwise, scope);
        };
    }

    boolean isTrue(Expression expression, Scope scope) {
        return value(expression, scope).isTrue();
    }

    private Map<String, Value> values(Map<String, Expression> expressions, Scope scope) {
        var values = new LinkedHashMap<String, Value>();
        expressions.forEach((name, expression) -> values.put(name, value(expression, scope)));
        return values;
    }

    private Value map(Map<Expression, Expression> entries, Scope scope) {
        var values = new LinkedHashMap<String, Value>();
        entries.forEach((key, entry) ->
                values.put(PythonText.of(value(key, scope), run.budget()), value(entry, scope)));
        run.budget().spend(values.size());
        return new Value.Mapping(values);
    }

    private Value slice(Slice slice, Scope scope) {
        return Access.slice(
                value(slice.of(), scope),
                value(slice.from(), scope),
                value(slice.to(), scope),
                value(slice.step(), scope),
                run.budget());
    }

    private boolean holds(Comparison comparison, Scope scope) {
        var left = value(comparison.first(), scope);
        for (var link : comparison.links()) {
            var right = value(link.right(), scope);
            if (!link.relation().holds(left, right, run.budget())) {
                return false;
            }
            left = right;
        }
        return true;
    }
}
