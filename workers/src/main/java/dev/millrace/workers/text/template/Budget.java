package dev.millrace.workers.text.template;

import java.util.List;

/** What one rendering may still spend: steps, and size of what it builds on the way. */
final class Budget {
    static final int STEPS = 5_000_000;
    static final long SIZE = 1L << 28;

    private int steps = STEPS;
    private long size = SIZE;

    void step() {
        if (--steps < 0) {
            throw new RenderException("it takes more than " + STEPS + " steps");
        }
    }

    Value built(String text) {
        spend(text.length());
        return Value.of(text);
    }

    Value built(List<Value> items) {
        spend(items.size());
        return new Value.Listing(items);
    }

    void spend(long built) {
        size -= built;
        if (size < 0) {
            throw new RenderException("it builds more than " + SIZE + " characters");
        }
    }
}
