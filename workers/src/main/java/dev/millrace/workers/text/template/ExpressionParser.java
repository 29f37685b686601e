package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Expression.Arithmetic;
import dev.millrace.workers.text.template.Expression.Comparison;
import dev.millrace.workers.text.template.Expression.Conditional;
import dev.millrace.workers.text.template.Expression.Link;
import dev.millrace.workers.text.template.Expression.Literal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one expression, loosest first: {@code if}, {@code or}, {@code and}, {@code not},
 * comparisons, {@code + -}, {@code ~}, {@code * / // %}, sign, then what {@link OperandParser}
 * reads.
 */
final class ExpressionParser {
    private static final int MOST_PARTS = 256;
    private static final Map<String, Relation> RELATIONS =
            Map.of(
                    "==", Relation.EQUAL,
                    "!=", Relation.NOT_EQUAL,
                    "<", Relation.LESS,
                    "<=", Relation.LESS_OR_EQUAL,
                    ">", Relation.GREATER,
                    ">=", Relation.GREATER_OR_EQUAL);

    private final Tokens tokens;
    private final OperandParser operands;
    private int parts;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** Reads a whole expression. */
    Expression whole() {
        parts = 0;
        return expression();
    }

    /** Reads one that does not take a following {@code if}. */
    Expression wholeWithoutCondition() {
        parts = 0;
        return or();
    }

    Expression expression() {
        var then = or();
        while (tokens.acceptName("if")) {
            grow();
            var condition = or();
            var otherwise =
                    tokens.acceptName("else")
                            ? expression()
                            : new Literal(new Value.Undefined("the else of an if"));
            then = new Conditional(then, condition, otherwise);
        }
        return then;
    }

    /** Bounds how deep an expression can be. */
    void grow() {
        if (++parts > MOST_PARTS) {
            throw tokens.refused("an expression has more than " + MOST_PARTS + " parts");
        }
    }

    private Expression or() {
        var left = and();
        while (tokens.acceptName("or")) {
            grow();
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.acceptName("and")) {
            grow();
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (tokens.acceptName("not")) {
            grow();
            return new Expression.Not(not());
        }
        return comparison();
    }

    private Expression comparison() {
        var first = sum();
        var links = new ArrayList<Link>();
        for (var relation = relation(); relation.isPresent(); relation = relation()) {
            grow();
            links.add(new Link(relation.get(), sum()));
        }
        return links.isEmpty() ? first : new Comparison(first, List.copyOf(links));
    }

    private Optional<Relation> relation() {
        if (tokens.acceptName("in")) {
            return Optional.of(Relation.IN);
        }
        if (tokens.isNextName("not") && tokens.isSecondName("in")) {
            tokens.next();
            tokens.next();
            return Optional.of(Relation.NOT_IN);
        }
        var sign = tokens.peek();
        if (sign.kind() != Token.Kind.OPERATOR || !RELATIONS.containsKey(sign.text())) {
            return Optional.empty();
        }
        return Optional.ofNullable(RELATIONS.get(tokens.next().text()));
    }

    private Expression sum() {
        var left = concatenation();
        for (var operator = operator(Operator.ADD, Operator.SUBTRACT);
                operator.isPresent();
                operator = operator(Operator.ADD, Operator.SUBTRACT)) {
            left = new Arithmetic(operator.get(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        var left = product();
        for (var operator = operator(Operator.CONCATENATE);
                operator.isPresent();
                operator = operator(Operator.CONCATENATE)) {
            left = new Arithmetic(operator.get(), left, product());
        }
        return left;
    }

    private Expression product() {
        var left = signed();
        for (var operator = multiplying(); operator.isPresent(); operator = multiplying()) {
            left = new Arithmetic(operator.get(), left, signed());
        }
        return left;
    }

    private Optional<Operator> multiplying() {
        return operator(Operator.MULTIPLY, Operator.DIVIDE, Operator.FLOOR_DIVIDE, Operator.MODULO);
    }

    private Optional<Operator> operator(Operator... candidates) {
        for (var operator : candidates) {
            if (tokens.acceptOperator(operator.sign())) {
                grow();
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    /** A sign binds closer than filters and tests do. */
    private Expression signed() {
        if (!tokens.acceptOperator("-")) {
            return operands.filtered(operands.operand());
        }
        grow();
        return operands.filtered(new Expression.Negative(operands.operand()));
    }
}
