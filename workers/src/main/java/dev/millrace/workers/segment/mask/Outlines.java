package dev.millrace.workers.segment.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Outlines of a mask as COCO's polygons, which cannot tell a hole from what is around it.
 *
 * <p>Each connected piece (cells that share edges) becomes one polygon along its pixels' edges. A
 * piece with holes is first cut in two along a hole's upper edge, and so on, until no part has one:
 * the polygons never overlap, and filled together they are the mask exactly.
 */
public final class Outlines {
    /** Steps along edges, clockwise: right, down, left, up. */
    private static final int[] DX = {1, 0, -1, 0};

    private static final int[] DY = {0, 1, 0, -1};

    private final Mask piece;
    private final int left;
    private final int top;

    /** Of a connected piece whose upper left corner stands there in the picture. */
    private Outlines(Mask piece, int left, int top) {
        this.piece = piece;
        this.left = left;
        this.top = top;
    }

    /** The outlines of a mask; none of an empty one. */
    public static List<Polygon> of(Mask mask) {
        var polygons = new ArrayList<Polygon>();
        collect(mask, 0, 0, polygons);
        return List.copyOf(polygons);
    }

    private static void collect(Mask mask, int left, int top, List<Polygon> polygons) {
        var pieces = Components.of(mask, Connectivity.FOUR);
        for (var piece : pieces.all()) {
            var alone = pieces.cropped(piece);
            int x = left + (int) piece.box().left();
            int y = top + (int) piece.box().top();
            var cut = cut(alone);
            if (cut.isEmpty()) {
                polygons.add(new Outlines(alone, x, y).outline());
            } else {
                int row = cut.get();
                collect(rows(alone, 0, row), x, y, polygons);
                collect(rows(alone, row, alone.height()), x, y + row, polygons);
            }
        }
    }

    /** The upper row of the middle one of a piece's holes. */
    private static Optional<Integer> cut(Mask piece) {
        var outside = Mask.of(piece.height(), piece.width(), at -> !piece.has(at));
        var holes =
                Components.of(outside, Connectivity.EIGHT).all().stream()
                        .map(Components.Component::box)
                        .filter(hole -> isInside(hole, piece))
                        .map(hole -> (int) hole.top())
                        .toList();
        return holes.isEmpty() ? Optional.empty() : Optional.of(holes.get(holes.size() / 2));
    }

    /** What does not reach the edges of the piece's box is enclosed by the piece. */
    private static boolean isInside(Box hole, Mask piece) {
        return hole.left() > 0
                && hole.top() > 0
                && hole.right() < piece.width()
                && hole.bottom() < piece.height();
    }

    private static Mask rows(Mask mask, int from, int to) {
        int width = mask.width();
        return Mask.of(to - from, width, at -> mask.has(at + from * width));
    }

    /** Walks with the piece on the right, from its first pixel's upper left corner. */
    private Polygon outline() {
        int start = piece.stream().findFirst().orElseThrow();
        var corners = new ArrayList<Double>();
        int x = start;
        int y = 0;
        int heading = 0;
        do {
            x += DX[heading];
            y += DY[heading];
            int next = turned(x, y, heading);
            if (next != heading) {
                corners.add((double) left + x);
                corners.add((double) top + y);
            }
            heading = next;
        } while (x != start || y != 0 || heading != 0);
        return new Polygon(corners);
    }

    /** Right where the piece ends ahead on the right, left where it also lies ahead on the left. */
    private int turned(int x, int y, int heading) {
        if (!isAhead(x, y, heading, 1)) {
            return (heading + 1) % 4;
        }
        return isAhead(x, y, heading, -1) ? (heading + 3) % 4 : heading;
    }

    /** Whether the piece has the pixel ahead of a corner, on the right (1) or on the left (-1). */
    private boolean isAhead(int x, int y, int heading, int side) {
        int column = x + Math.floorDiv(DX[heading] - side * DY[heading] - 1, 2);
        int row = y + Math.floorDiv(DY[heading] + side * DX[heading] - 1, 2);
        return row >= 0
                && column >= 0
                && row < piece.height()
                && column < piece.width()
                && piece.has(row, column);
    }
}
