package dev.millrace.workers.text.template;

import java.util.List;
import java.util.Map;

/** What has a value. Arguments stand by the parameter they are for. */
sealed interface Expression {
    Expression NONE = new Literal(Value.None.NONE);

    record Literal(Value value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record MapOf(Map<Expression, Expression> entries) implements Expression {}

    record NamespaceOf(Map<String, Expression> entries) implements Expression {}

    record Attribute(Expression of, String name) implements Expression {}

    record Item(Expression of, Expression key) implements Expression {}

    /** Absent bounds are {@link #NONE}. */
    record Slice(Expression of, Expression from, Expression to, Expression step)
            implements Expression {}

    /** A filter, a test, a method or a function; a function's subject is {@link #NONE}. */
    record Call(Builtin builtin, Expression subject, Map<String, Expression> arguments)
            implements Expression {}

    record Not(Expression of) implements Expression {}

    record Negative(Expression of) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Arithmetic(Operator operator, Expression left, Expression right) implements Expression {}

    /** {@code first < second < third} holds if each pair does. */
    record Comparison(Expression first, List<Link> links) implements Expression {}

    record Link(Relation relation, Expression right) {}

    record Conditional(Expression then, Expression condition, Expression otherwise)
            implements Expression {}
}
