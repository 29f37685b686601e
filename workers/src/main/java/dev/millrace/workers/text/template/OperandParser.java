package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Expression.Attribute;
import dev.millrace.workers.text.template.Expression.Item;
import dev.millrace.workers.text.template.Expression.ListOf;
import dev.millrace.workers.text.template.Expression.Literal;
import dev.millrace.workers.text.template.Expression.MapOf;
import dev.millrace.workers.text.template.Expression.Name;
import dev.millrace.workers.text.template.Expression.NamespaceOf;
import dev.millrace.workers.text.template.Expression.Slice;
import dev.millrace.workers.text.template.Token.Kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an operand: a literal, a name or a bracketed expression with the attributes, items, slices
 * and calls behind it, and the filters and tests behind those.
 */
final class OperandParser {
    private static final Map<String, Value> CONSTANTS =
            Map.of(
                    "true", Value.Bool.TRUE,
                    "True", Value.Bool.TRUE,
                    "false", Value.Bool.FALSE,
                    "False", Value.Bool.FALSE,
                    "none", Value.None.NONE,
                    "None", Value.None.NONE);

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final CallParser calls;

    OperandParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.calls = new CallParser(tokens, expressions, this);
    }

    /** With what stands behind it, without filters and tests. */
    Expression operand() {
        expressions.grow();
        var operand = primary();
        while (true) {
            if (tokens.acceptOperator(".")) {
                operand = member(operand);
            } else if (tokens.acceptOperator("[")) {
                operand = subscript(operand);
            } else if (tokens.isNextOperator("(")) {
                throw tokens.refused("a call of this expression is not supported");
            } else {
                return operand;
            }
            expressions.grow();
        }
    }

    /** With the filters and tests that follow. */
    Expression filtered(Expression operand) {
        var filtered = operand;
        while (true) {
            if (tokens.acceptOperator("|")) {
                filtered = calls.filter(filtered);
            } else if (tokens.acceptName("is")) {
                filtered = calls.test(filtered);
            } else {
                return filtered;
            }
            expressions.grow();
        }
    }

    private Expression primary() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NAME -> named(token.text());
            case STRING -> new Literal(Value.of(strings(token.text())));
            case INTEGER -> new Literal(Value.of(integer(token)));
            case FLOAT -> new Literal(new Value.Real(Double.parseDouble(token.text())));
            case OPERATOR -> bracketed(token);
            case DATA, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, END ->
                    throw unexpected(token);
        };
    }

    /** Literals that stand side by side are one. */
    private String strings(String first) {
        var text = new StringBuilder(first);
        while (tokens.isNext(Kind.STRING)) {
            text.append(tokens.next().text());
        }
        return text.toString();
    }

    private long integer(Token token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw tokens.refused("number " + token.text() + " is too large");
        }
    }

    private UnsupportedTemplateException unexpected(Token token) {
        return new UnsupportedTemplateException(
                token.line(), "expected a value, found " + token.shown());
    }

    private Expression named(String name) {
        var constant = CONSTANTS.get(name);
        if (constant != null) {
            return new Literal(constant);
        }
        if (!tokens.isNextOperator("(")) {
            return new Name(name);
        }
        if (name.equals("namespace")) {
            return namespace();
        }
        return calls.function(name);
    }

    private Expression namespace() {
        var arguments = calls.arguments();
        if (!arguments.positional().isEmpty()) {
            throw tokens.refused("namespace takes named arguments only");
        }
        return new NamespaceOf(arguments.named());
    }

    private Expression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> closed(listed(")"), ")");
            case "[" -> closed(new ListOf(items("]")), "]");
            case "{" -> closed(map(), "}");
            default -> throw unexpected(open);
        };
    }

    private Expression closed(Expression inner, String close) {
        tokens.expectOperator(close);
        return inner;
    }

    /**
     * One expression in parentheses, or several with commas: a tuple, which is as good as a list.
     */
    private Expression listed(String close) {
        if (tokens.isNextOperator(close)) {
            return new ListOf(List.of());
        }
        var first = expressions.expression();
        if (!tokens.acceptOperator(",")) {
            return first;
        }
        var items = new ArrayList<>(List.of(first));
        items.addAll(items(close));
        return new ListOf(List.copyOf(items));
    }

    private List<Expression> items(String close) {
        var items = new ArrayList<Expression>();
        while (!tokens.isNextOperator(close)) {
            items.add(expressions.expression());
            if (!tokens.acceptOperator(",")) {
                break;
            }
        }
        return List.copyOf(items);
    }

    private Expression map() {
        var entries = new LinkedHashMap<Expression, Expression>();
        while (!tokens.isNextOperator("}")) {
            var key = expressions.expression();
            tokens.expectOperator(":");
            entries.put(key, expressions.expression());
            if (!tokens.acceptOperator(",")) {
                break;
            }
        }
        return new MapOf(entries);
    }

    private Expression member(Expression of) {
        if (tokens.isNext(Kind.INTEGER)) {
            return new Item(of, new Literal(Value.of(integer(tokens.next()))));
        }
        var name = tokens.expectName();
        return tokens.isNextOperator("(") ? calls.method(name, of) : new Attribute(of, name);
    }

    private Expression subscript(Expression of) {
        var first = bound();
        if (tokens.acceptOperator("]")) {
            return new Item(of, first);
        }
        tokens.expectOperator(":");
        var to = bound();
        var step = tokens.acceptOperator(":") ? bound() : Expression.NONE;
        tokens.expectOperator("]");
        return new Slice(of, first, to, step);
    }

    private Expression bound() {
        boolean absent = tokens.isNextOperator(":") || tokens.isNextOperator("]");
        return absent ? Expression.NONE : expressions.expression();
    }
}
