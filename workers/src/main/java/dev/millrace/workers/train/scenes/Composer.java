package dev.millrace.workers.train.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Decides which objects a scene has, from back to front: one to three clusters, each of one to five
 * objects of a class in a chain whose neighbours touch or overlap.
 */
final class Composer {
    private static final int MOST_CLUSTERS = 3;
    private static final int MOST_OBJECTS = 5;
    private static final double SMALLEST = 0.08;
    private static final double LARGEST = 0.18;

    /** How far apart neighbours are, by where their edges would just touch. */
    private static final double NEAREST = 0.84;

    private static final double FARTHEST = 1.0;

    /** How deep objects of different chains may overlap, by the radius. */
    private static final double DEEPEST = 1.1;

    /** How often a free place is looked for. */
    private static final int TRIES = 12;

    private final SplittableRandom random;
    private final int side;
    private final List<Solid> solids = new ArrayList<>();

    private Composer(SplittableRandom random, int side) {
        this.random = random;
        this.side = side;
    }

    static List<Solid> compose(SplittableRandom random, int side) {
        var composer = new Composer(random, side);
        var kinds = new ArrayList<>(List.of(SceneClass.values()));
        Collections.shuffle(kinds, new Random(random.nextLong()));
        int clusters = 1 + random.nextInt(MOST_CLUSTERS);
        for (int i = 0; i < clusters; i++) {
            composer.chain(kinds.get(i), 1 + random.nextInt(MOST_OBJECTS));
        }
        Collections.shuffle(composer.solids, new Random(random.nextLong()));
        return List.copyOf(composer.solids);
    }

    private void chain(SceneClass kind, int count) {
        double radius = side * (SMALLEST + (LARGEST - SMALLEST) * random.nextDouble());
        var last = start(kind, radius);
        solids.add(last);
        double heading = 2 * Math.PI * random.nextDouble();
        for (int i = 1; i < count; i++) {
            var next = next(last, radius, heading);
            if (next.isEmpty()) {
                return;
            }
            last = next.getFirst();
            solids.add(last);
        }
    }

    /** Of some places the one farthest from what is there. */
    private Solid start(SceneClass kind, double radius) {
        var best = anywhere(kind, radius);
        for (int i = 1; i < TRIES; i++) {
            var other = anywhere(kind, radius);
            best = room(other) > room(best) ? other : best;
        }
        return best;
    }

    private Solid anywhere(SceneClass kind, double radius) {
        double x = radius + (side - 2 * radius) * random.nextDouble();
        double y = radius + (side - 2 * radius) * random.nextDouble();
        return Solid.random(random, kind, x, y, radius);
    }

    /** How far it is from the nearest other; negative if inside. */
    private double room(Solid solid) {
        return solids.stream()
                .mapToDouble(other ->
                        Math.hypot(solid.x() - other.x(), solid.y() - other.y())
                                - solid.radius()
                                - other.radius())
                .min()
                .orElse(side);
    }

    /** A neighbour that touches or overlaps the last one and stays clear of the others, if any. */
    private List<Solid> next(Solid last, double radius, double heading) {
        double size = radius * (0.85 + 0.3 * random.nextDouble());
        return IntStream.range(0, TRIES)
                .mapToObj(_ -> beside(last, size, heading + random.nextGaussian()))
                .filter(next -> isInside(next) && room(next) > -DEEPEST * size)
                .limit(1)
                .toList();
    }

    private Solid beside(Solid last, double radius, double heading) {
        var next = Solid.random(random, last.kind(), 0, 0, radius);
        double reach = last.extent(heading) + next.extent(heading + Math.PI);
        double away = reach * (NEAREST + (FARTHEST - NEAREST) * random.nextDouble());
        return next.at(last.x() + away * Math.cos(heading), last.y() + away * Math.sin(heading));
    }

    private boolean isInside(Solid solid) {
        double least = 0.6 * solid.radius();
        return solid.x() > least
                && solid.y() > least
                && solid.x() < side - least
                && solid.y() < side - least;
    }
}
