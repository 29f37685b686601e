package dev.millrace.workers.train.scenes;

import java.util.List;

/**
 * Objects of which sizes are asked for.
 *
 * @param from the least area, in pixels
 * @param to the greatest area, in pixels
 */
public record Sizes(double from, double to) {
    public static final Sizes ALL = new Sizes(0, Double.POSITIVE_INFINITY);

    boolean hold(int area) {
        return area >= from && area <= to;
    }

    /** Small, medium and large: a third of the objects each, but for equal areas. */
    public static List<Sizes> terciles(List<List<Truth>> pictures) {
        int[] areas =
                pictures.stream()
                        .flatMap(List::stream)
                        .filter(truth -> !truth.isIgnored())
                        .mapToInt(truth -> truth.mask().area())
                        .sorted()
                        .toArray();
        if (areas.length == 0) {
            return List.of(ALL, ALL, ALL);
        }
        double small = areas[(areas.length - 1) / 3];
        double medium = areas[2 * (areas.length - 1) / 3];
        return List.of(
                new Sizes(0, small),
                new Sizes(small + 1, medium),
                new Sizes(medium + 1, Double.POSITIVE_INFINITY));
    }
}
