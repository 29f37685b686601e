package dev.millrace.bench;

import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run measures, and how long at each point.
 *
 * @param turns of each decoder
 * @param steps in a turn
 * @param warming how long steps must not become faster before the first turn begins
 * @param longest that one decoder's turns may take together; after it the steps made are what
 *     counts
 */
record Plan(List<Cell> cells, int turns, int steps, Duration warming, Duration longest) {
    /** A context of 120K tokens. */
    static final int LONGEST_CONTEXT = 122_880;

    private static final int SHORT = 256;
    private static final int K8 = 8192;
    private static final int K32 = 32_768;

    Plan {
        cells = List.copyOf(cells);
    }

    /** The whole table. */
    static Plan full() {
        var cells = new ArrayList<Cell>();
        for (var shape : Shape.ALL) {
            boolean isSmall = shape.equals(Shape.M2) || shape.equals(Shape.M25);
            for (var precision : Precision.values()) {
                for (int batch : new int[] {1, 4, 16}) {
                    cells.add(new Cell(shape, precision, batch, SHORT));
                }
                cells.add(new Cell(shape, precision, 1, K8));
                if (isSmall) {
                    cells.add(new Cell(shape, precision, 16, K8));
                    cells.add(new Cell(shape, precision, 1, K32));
                }
                if (shape.equals(Shape.M2)) {
                    cells.add(new Cell(shape, precision, 1, LONGEST_CONTEXT));
                }
            }
        }
        return new Plan(cells, 16, 16, Duration.ofSeconds(3), Duration.ofMinutes(5));
    }

    /** Enough to see where things stand: fewer cells, and 32 steps at each. */
    static Plan quick() {
        var cells = new ArrayList<Cell>();
        for (var precision : Precision.values()) {
            for (var shape : List.of(Shape.M2, Shape.M25)) {
                cells.add(new Cell(shape, precision, 1, SHORT));
                cells.add(new Cell(shape, precision, 16, SHORT));
            }
        }
        cells.add(new Cell(Shape.M2, Precision.BF16, 1, K8));
        for (var shape : List.of(Shape.M100, Shape.M350)) {
            cells.add(new Cell(shape, Precision.BF16, 1, SHORT));
        }
        cells.add(new Cell(Shape.M100, Precision.BF16, 16, SHORT));
        cells.add(new Cell(Shape.M100, Precision.INT8, 1, SHORT));
        return new Plan(cells, 4, 8, Duration.ofMillis(800), Duration.ofSeconds(10));
    }

    /** Tokens that a sequence must have room for beyond its context. */
    int room() {
        return steps;
    }
}
