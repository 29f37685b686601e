package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Str;

import java.util.List;

/** Comparisons with Python's meaning: numbers by value, booleans among them. */
enum Relation {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    NOT_IN("not in");

    private final String sign;

    Relation(String sign) {
        this.sign = sign;
    }

    String sign() {
        return sign;
    }

    boolean holds(Value left, Value right, Budget budget) {
        return switch (this) {
            case EQUAL -> equal(left, right, budget);
            case NOT_EQUAL -> !equal(left, right, budget);
            case LESS -> order(left, right) < 0;
            case LESS_OR_EQUAL -> order(left, right) <= 0;
            case GREATER -> order(left, right) > 0;
            case GREATER_OR_EQUAL -> order(left, right) >= 0;
            case IN -> isIn(left, right, budget);
            case NOT_IN -> !isIn(left, right, budget);
        };
    }

    private static boolean equal(Value left, Value right, Budget budget) {
        budget.step();
        if (Operator.isNumber(left) && Operator.isNumber(right)) {
            return compareNumbers(left, right) == 0;
        }
        if (left instanceof Listing(var a) && right instanceof Listing(var b)) {
            return equal(a, b, budget);
        }
        if (left instanceof Mapping(var a) && right instanceof Mapping(var b)) {
            return a.keySet().equals(b.keySet())
                    && equal(
                            List.copyOf(a.values()),
                            a.keySet().stream().map(b::get).toList(),
                            budget);
        }
        boolean bothUndefined = left instanceof Value.Undefined && right instanceof Value.Undefined;
        return bothUndefined || left.equals(right);
    }

    private static boolean equal(List<Value> left, List<Value> right, Budget budget) {
        boolean equal = left.size() == right.size();
        for (int at = 0; equal && at < left.size(); at++) {
            equal = equal(left.get(at), right.get(at), budget);
        }
        return equal;
    }

    private int order(Value left, Value right) {
        if (Operator.isNumber(left) && Operator.isNumber(right)) {
            return compareNumbers(left, right);
        }
        if (left instanceof Str(var a) && right instanceof Str(var b)) {
            return a.compareTo(b);
        }
        throw new RenderException(
                "cannot compute %s %s %s".formatted(left.kind(), sign, right.kind()));
    }

    private static int compareNumbers(Value left, Value right) {
        return left instanceof Value.Real || right instanceof Value.Real
                ? Double.compare(Operator.real(left), Operator.real(right))
                : Long.compare(Operator.integer(left), Operator.integer(right));
    }

    private boolean isIn(Value element, Value whole, Budget budget) {
        return switch (whole) {
            case Str(var text) when element instanceof Str(var part) -> text.contains(part);
            case Mapping(var entries) ->
                    element instanceof Str(var key) && entries.containsKey(key);
            case Listing(var items) ->
                    items.stream().anyMatch(item -> equal(item, element, budget));
            case Value.Undefined _ -> false;
            default ->
                    throw new RenderException(
                            "cannot compute %s %s %s"
                                    .formatted(element.kind(), sign, whole.kind()));
        };
    }
}
