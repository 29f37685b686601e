package dev.millrace.workers.text.kv;

import java.util.Arrays;

/** Some of a sequence's positions, as runs without overlap; filled anew again and again. */
public final class Spans {
    private int[] bounds = new int[2];
    private int count;
    private int total;

    /** Every position below {@code length}. */
    public static Spans upTo(int length) {
        return of(0, length);
    }

    /** The positions from {@code from} to before {@code to}. */
    public static Spans of(int from, int to) {
        var spans = new Spans();
        spans.add(from, to);
        return spans;
    }

    /** The same, to be filled apart. */
    public Spans copy() {
        var copy = new Spans();
        copy.bounds = bounds.clone();
        copy.count = count;
        copy.total = total;
        return copy;
    }

    /** The rows where a ring of so many keeps these positions, in their order. */
    public Spans inRing(int rows) {
        var kept = new Spans();
        for (int span = 0; span < count; span++) {
            for (int from = from(span); from < to(span); ) {
                int until = Math.min(to(span), from - from % rows + rows);
                kept.add(from % rows, until - from + from % rows);
                from = until;
            }
        }
        return kept;
    }

    public void clear() {
        count = 0;
        total = 0;
    }

    /** Adds the positions from {@code from} to before {@code to}, which are not in it yet. */
    public void add(int from, int to) {
        if (from >= to) {
            return;
        }
        total += to - from;
        if (count > 0 && bounds[2 * count - 1] == from) {
            bounds[2 * count - 1] = to;
            return;
        }
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        count++;
    }

    /** Makes the last run end before {@code to}, which is not before it ends now. */
    public void extend(int to) {
        total += to - bounds[2 * count - 1];
        bounds[2 * count - 1] = to;
    }

    /** Runs. */
    public int count() {
        return count;
    }

    public int from(int span) {
        return bounds[2 * span];
    }

    public int to(int span) {
        return bounds[2 * span + 1];
    }

    /** Positions in all runs. */
    public int total() {
        return total;
    }
}
