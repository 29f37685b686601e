package dev.millrace.workers.train.scenes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well the masks found in some pictures agree with the objects there, as COCO counts (T.-Y. Lin
 * et al., "Microsoft COCO", 2014; pycocotools' {@code COCOeval}): overlaps of 0.50 to 0.95, each
 * object found once, precision at 101 recalls, at most 100 masks a picture and class.
 */
public final class CocoMetrics {
    private final int pictures;
    private final List<PrecisionCurve> curves;

    /**
     * Figures in [0, 1], means over classes that have an object; 0 where there is none.
     *
     * @param ap average precision over all overlaps
     * @param ap50 at an overlap of 0.5
     * @param ap75 at an overlap of 0.75
     * @param ar100 average recall over all overlaps with at most 100 masks
     */
    public record Figures(double ap, double ap50, double ap75, double ar100) {}

    /** An estimate and the interval that holds it in 95 of 100 samples of the pictures. */
    public record Interval(double low, double estimate, double high) {}

    private CocoMetrics(int pictures, List<PrecisionCurve> curves) {
        this.pictures = pictures;
        this.curves = curves;
    }

    /** All classes as one: whether things are found and outlined, whatever they are called. */
    public static CocoMetrics agnostic(
            List<List<Detection>> found, List<List<Truth>> truths, Sizes sizes) {
        checkCount(found, truths);
        var matchings =
                IntStream.range(0, found.size())
                        .mapToObj(i -> new Matching(found.get(i), truths.get(i), sizes))
                        .toList();
        return new CocoMetrics(found.size(), List.of(new PrecisionCurve(matchings)));
    }

    /** Class by class. */
    public static CocoMetrics byClass(
            List<List<Detection>> found, List<List<Truth>> truths, Sizes sizes) {
        checkCount(found, truths);
        var labels =
                truths.stream()
                        .flatMap(List::stream)
                        .mapToInt(Truth::label)
                        .distinct()
                        .sorted()
                        .toArray();
        var curves = new ArrayList<PrecisionCurve>();
        for (int label : labels) {
            var matchings =
                    IntStream.range(0, found.size())
                            .mapToObj(i -> of(label, found.get(i), truths.get(i), sizes))
                            .toList();
            curves.add(new PrecisionCurve(matchings));
        }
        return new CocoMetrics(found.size(), List.copyOf(curves));
    }

    private static Matching of(int label, List<Detection> found, List<Truth> truths, Sizes sizes) {
        return new Matching(
                found.stream().filter(each -> each.label() == label).toList(),
                truths.stream().filter(each -> each.label() == label).toList(),
                sizes);
    }

    private static void checkCount(List<?> found, List<?> truths) {
        if (found.size() != truths.size() || found.isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be truths for each of at least one picture, were %d for %d"
                            .formatted(truths.size(), found.size()));
        }
    }

    public Figures figures() {
        var once = new int[pictures];
        Arrays.fill(once, 1);
        return figures(once);
    }

    /** Where each picture counts so often. */
    Figures figures(int[] weights) {
        var averages =
                curves.stream()
                        .filter(curve -> curve.objects(weights) > 0)
                        .map(curve -> curve.averages(weights))
                        .toList();
        return new Figures(
                mean(averages, PrecisionCurve.Averages::precision),
                mean(averages, each -> each.precisions().get(0)),
                mean(averages, each -> each.precisions().get(5)),
                mean(averages, PrecisionCurve.Averages::recall));
    }

    private static double mean(
            List<PrecisionCurve.Averages> classes,
            ToDoubleFunction<PrecisionCurve.Averages> figure) {
        return classes.stream().mapToDouble(figure).average().orElse(0);
    }

    int pictures() {
        return pictures;
    }
}
