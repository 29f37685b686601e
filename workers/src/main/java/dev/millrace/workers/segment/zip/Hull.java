package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayDeque;
import java.util.Deque;

/** The smallest convex shape around a mask: A. Andrew's monotone chain, 1979. */
final class Hull {
    private record Corner(int x, int y) {
        /** Twice the area on the left of the way through two corners to a third. */
        static long turn(Corner a, Corner b, Corner c) {
            return (long) (b.x - a.x) * (c.y - a.y) - (long) (b.y - a.y) * (c.x - a.x);
        }
    }

    private final Deque<Corner> chain = new ArrayDeque<>();
    private long twice;

    private Hull() {}

    /** The share of its hull that a mask fills, above 0 and at most 1; 0 of an empty one. */
    static double solidity(Mask mask) {
        if (mask.isEmpty()) {
            return 0;
        }
        var left = new Hull();
        var right = new Hull();
        for (int row = 0; row < mask.height(); row++) {
            int from = first(mask, row);
            int to = last(mask, row);
            if (from <= to) {
                left.add(from, row, -1);
                left.add(from, row + 1, -1);
                right.add(to + 1, row, 1);
                right.add(to + 1, row + 1, 1);
            }
        }
        double area = (right.areaToTheLeft() - left.areaToTheLeft()) / 2.0;
        return mask.area() / area;
    }

    private static int first(Mask mask, int row) {
        int column = 0;
        while (column < mask.width() && !mask.has(row, column)) {
            column++;
        }
        return column;
    }

    private static int last(Mask mask, int row) {
        int column = mask.width() - 1;
        while (column >= 0 && !mask.has(row, column)) {
            column--;
        }
        return column;
    }

    /** A corner below those before; {@code side} says to which side the chain bulges. */
    private void add(int x, int y, int side) {
        var corner = new Corner(x, y);
        while (chain.size() > 1 && side * turnAt(corner) <= 0) {
            chain.removeLast();
        }
        chain.addLast(corner);
    }

    private long turnAt(Corner next) {
        var last = chain.removeLast();
        long turn = Corner.turn(chain.getLast(), last, next);
        chain.addLast(last);
        return turn;
    }

    /** Twice the area between the chain and the left edge of the grid. */
    private long areaToTheLeft() {
        Corner before = chain.getFirst();
        for (var corner : chain) {
            twice += (long) (corner.x + before.x) * (corner.y - before.y);
            before = corner;
        }
        return twice;
    }
}
