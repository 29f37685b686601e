package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Box;

import java.util.List;

/** Where in a picture a thing is to be outlined. */
public sealed interface Prompt {
    /** What a box holds. */
    record InBox(Box box) implements Prompt {}

    /** What a box holds at a point. */
    record InBoxAt(Box box, PointPrompt point) implements Prompt {}

    /** What covers some points, and none that are outside. */
    record AtPoints(List<PointPrompt> points) implements Prompt {
        public AtPoints {
            points = List.copyOf(points);
            if (points.isEmpty()) {
                throw new IllegalArgumentException("a prompt must have a point or a box");
            }
        }
    }
}
