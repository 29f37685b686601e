package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Value.Bool;
import dev.millrace.workers.text.template.Value.Int;
import dev.millrace.workers.text.template.Value.Listing;
import dev.millrace.workers.text.template.Value.Real;
import dev.millrace.workers.text.template.Value.Str;

import java.util.ArrayList;

/** Arithmetic with Python's meaning: {@code //} and {@code %} round down, {@code /} is a float. */
enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    MODULO("%"),
    CONCATENATE("~");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    String sign() {
        return sign;
    }

    Value apply(Value left, Value right, Budget budget) {
        if (this == CONCATENATE) {
            return budget.built(PythonText.of(left, budget) + PythonText.of(right, budget));
        }
        if (this == ADD && left instanceof Str(var a) && right instanceof Str(var b)) {
            return budget.built(a + b);
        }
        if (this == ADD && left instanceof Listing(var a) && right instanceof Listing(var b)) {
            var items = new ArrayList<>(a);
            items.addAll(b);
            return budget.built(items);
        }
        if (!isNumber(left) || !isNumber(right)) {
            throw new RenderException(
                    "cannot compute %s %s %s".formatted(left.kind(), sign, right.kind()));
        }
        return left instanceof Real || right instanceof Real || this == DIVIDE
                ? reals(real(left), real(right))
                : integers(integer(left), integer(right));
    }

    private Value integers(long left, long right) {
        return Value.of(
                switch (this) {
                    case ADD -> Math.addExact(left, right);
                    case SUBTRACT -> Math.subtractExact(left, right);
                    case MULTIPLY -> Math.multiplyExact(left, right);
                    case FLOOR_DIVIDE -> Math.floorDivExact(left, right);
                    case MODULO -> Math.floorMod(left, right);
                    case DIVIDE, CONCATENATE -> throw new IllegalStateException(sign);
                });
    }

    private Value reals(double left, double right) {
        if (right == 0 && (this == DIVIDE || this == FLOOR_DIVIDE || this == MODULO)) {
            throw new RenderException("division by zero");
        }
        return new Real(
                switch (this) {
                    case ADD -> left + right;
                    case SUBTRACT -> left - right;
                    case MULTIPLY -> left * right;
                    case DIVIDE -> left / right;
                    case FLOOR_DIVIDE -> Math.floor(left / right);
                    case MODULO -> left - right * Math.floor(left / right);
                    case CONCATENATE -> throw new IllegalStateException(sign);
                });
    }

    static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof Real || value instanceof Bool;
    }

    static double real(Value value) {
        return value instanceof Real(var number) ? number : integer(value);
    }

    /** Of an integer or a boolean. */
    static long integer(Value value) {
        if (value instanceof Int(var number)) {
            return number;
        }
        if (value instanceof Bool(var holds)) {
            return holds ? 1 : 0;
        }
        throw new RenderException("an integer was expected, found " + value.kind());
    }
}
