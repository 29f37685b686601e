package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Expression.Call;
import dev.millrace.workers.text.template.Expression.Name;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads filters, tests and calls, and refuses those that are not in the tables. */
final class CallParser {
    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final OperandParser operands;

    CallParser(Tokens tokens, ExpressionParser expressions, OperandParser operands) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.operands = operands;
    }

    Expression filter(Expression of) {
        return call(Filters.ALL, "filter", tokens.expectName(), of);
    }

    Expression method(String name, Expression of) {
        return call(Methods.ALL, "method", name, of);
    }

    Expression function(String name) {
        return call(Functions.ALL, "function", name, Expression.NONE);
    }

    Expression test(Expression of) {
        boolean negated = tokens.acceptName("not");
        var name = tokens.expectName();
        var builtin = found(Tests.ALL, "test", name);
        boolean bare = !builtin.parameters().isEmpty() && !tokens.isNextOperator("(");
        var arguments =
                bare ? new Arguments(List.of(operands.operand()), Map.of()) : argumentsIfAny();
        var test = new Call(builtin, of, arguments.boundTo(builtin, tokens));
        return negated ? new Expression.Not(test) : test;
    }

    private Expression call(
            Map<String, Builtin> table, String sort, String name, Expression subject) {
        var builtin = found(table, sort, name);
        var call = new Call(builtin, subject, argumentsIfAny().boundTo(builtin, tokens));
        Literals.check(call, tokens);
        return call;
    }

    private Builtin found(Map<String, Builtin> table, String sort, String name) {
        var builtin = table.get(name);
        if (builtin == null) {
            throw tokens.refused("%s '%s' is not supported".formatted(sort, name));
        }
        return builtin;
    }

    private Arguments argumentsIfAny() {
        return tokens.isNextOperator("(") ? arguments() : Arguments.NONE;
    }

    Arguments arguments() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        while (!tokens.isNextOperator(")")) {
            var argument = expressions.expression();
            if (argument instanceof Name(var name) && tokens.acceptOperator("=")) {
                named.put(name, expressions.expression());
            } else {
                positional.add(argument);
            }
            if (!tokens.acceptOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new Arguments(List.copyOf(positional), named);
    }
}
