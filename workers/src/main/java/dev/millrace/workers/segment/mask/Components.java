package dev.millrace.workers.segment.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The connected pieces of a grid of classes, in the order in which their first cells are met row by
 * row.
 *
 * <p>One pass joins each cell with equal neighbours before it (union-find, the earliest cell
 * leads), so pieces of all classes are found at once.
 */
public final class Components {
    /** The class of cells that belong to no piece. */
    public static final int NONE = -1;

    private final int height;
    private final int width;
    private final int[] leaders;
    private final int[] labels;
    private final List<Component> all;

    /**
     * A connected piece.
     *
     * @param label its number in the order of first cells, from 0
     * @param kind the class of its cells
     * @param area its number of cells
     * @param box around its cells
     */
    public record Component(int label, int kind, int area, Box box) {}

    private Components(int height, int width, int[] kinds, Connectivity connectivity) {
        this.height = height;
        this.width = width;
        this.leaders = new int[kinds.length];
        join(kinds, connectivity);
        this.labels = new int[kinds.length];
        int pieces = number(kinds);
        this.all = measured(pieces, kinds);
    }

    /** The pieces of a mask; their class is 0. */
    public static Components of(Mask mask, Connectivity connectivity) {
        var kinds = IntStream.range(0, mask.pixels()).map(at -> mask.has(at) ? 0 : NONE).toArray();
        return of(mask.height(), mask.width(), kinds, connectivity);
    }

    /**
     * The pieces of equal classes.
     *
     * @param kinds [height, width]; negative ones belong to no piece
     */
    public static Components of(int height, int width, int[] kinds, Connectivity connectivity) {
        if (kinds.length != Mask.checkedPixels(height, width)) {
            throw new IllegalArgumentException(
                    "%d x %d cells need %d classes, were %d"
                            .formatted(height, width, height * width, kinds.length));
        }
        return new Components(height, width, kinds, connectivity);
    }

    private void join(int[] kinds, Connectivity connectivity) {
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int at = row * width + column;
                leaders[at] = at;
                if (kinds[at] < 0) {
                    continue;
                }
                joinIf(column > 0, at, at - 1, kinds);
                joinIf(row > 0, at, at - width, kinds);
                if (connectivity == Connectivity.EIGHT && row > 0) {
                    joinIf(column > 0, at, at - width - 1, kinds);
                    joinIf(column + 1 < width, at, at - width + 1, kinds);
                }
            }
        }
    }

    private void joinIf(boolean isNeighbour, int at, int earlier, int[] kinds) {
        if (!isNeighbour || kinds[at] != kinds[earlier]) {
            return;
        }
        int a = leader(at);
        int b = leader(earlier);
        leaders[Math.max(a, b)] = Math.min(a, b);
    }

    private int leader(int cell) {
        int at = cell;
        while (leaders[at] != at) {
            leaders[at] = leaders[leaders[at]];
            at = leaders[at];
        }
        return at;
    }

    /** A leader is its piece's first cell, so it is met before the others. */
    private int number(int[] kinds) {
        int pieces = 0;
        for (int at = 0; at < kinds.length; at++) {
            if (kinds[at] < 0) {
                labels[at] = NONE;
            } else {
                int leader = leader(at);
                labels[at] = leader == at ? pieces++ : labels[leader];
            }
        }
        return pieces;
    }

    private List<Component> measured(int pieces, int[] kinds) {
        var area = new int[pieces];
        var kind = new int[pieces];
        var left = filled(pieces, width);
        var top = filled(pieces, height);
        var right = new int[pieces];
        var bottom = new int[pieces];
        for (int at = 0; at < labels.length; at++) {
            int label = labels[at];
            if (label != NONE) {
                area[label]++;
                kind[label] = kinds[at];
                left[label] = Math.min(left[label], at % width);
                top[label] = Math.min(top[label], at / width);
                right[label] = Math.max(right[label], at % width + 1);
                bottom[label] = Math.max(bottom[label], at / width + 1);
            }
        }
        return IntStream.range(0, pieces)
                .mapToObj(i ->
                        new Component(
                                i, kind[i], area[i], new Box(left[i], top[i], right[i], bottom[i])))
                .toList();
    }

    private static int[] filled(int length, int value) {
        var filled = new int[length];
        Arrays.fill(filled, value);
        return filled;
    }

    public List<Component> all() {
        return all;
    }

    /** Which piece a cell belongs to, or {@link #NONE}. */
    public int label(int cell) {
        return labels[cell];
    }

    /** The cells of one piece. */
    public Mask mask(Component component) {
        return mask(new int[] {component.label()});
    }

    /** The cells of one piece on a grid of the size of its box. */
    public Mask cropped(Component component) {
        int wide = (int) component.box().width();
        int high = (int) component.box().height();
        int top = (int) component.box().top();
        int first = top * width + (int) component.box().left();
        return Mask.of(
                high,
                wide,
                at -> labels[first + at / wide * width + at % wide] == component.label());
    }

    /** The cells of some pieces together. */
    public Mask mask(int... pieces) {
        var wanted = new BitSet();
        Arrays.stream(pieces).forEach(wanted::set);
        return Mask.of(height, width, at -> labels[at] != NONE && wanted.get(labels[at]));
    }
}
