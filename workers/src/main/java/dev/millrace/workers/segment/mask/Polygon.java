package dev.millrace.workers.segment.mask;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A closed outline through corners of pixels, as COCO writes it: x and y of each corner in turn, in
 * pixels, clockwise as seen with y downwards.
 */
public record Polygon(List<Double> coordinates) {
    public Polygon {
        coordinates = List.copyOf(coordinates);
        if (coordinates.size() < 6 || coordinates.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "a polygon must have x and y of at least three corners, had %d numbers"
                            .formatted(coordinates.size()));
        }
    }

    static Polygon of(double... coordinates) {
        return new Polygon(DoubleStream.of(coordinates).boxed().toList());
    }

    /** What it encloses, in pixels; negative where it runs counter-clockwise. */
    public double area() {
        double twice = 0;
        int count = coordinates.size();
        for (int i = 0; i < count; i += 2) {
            double x = coordinates.get(i);
            double y = coordinates.get(i + 1);
            twice += x * coordinates.get((i + 3) % count) - y * coordinates.get((i + 2) % count);
        }
        return twice / 2;
    }
}
