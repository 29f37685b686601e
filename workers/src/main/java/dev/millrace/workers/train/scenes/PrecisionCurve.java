package dev.millrace.workers.train.scenes;

import dev.millrace.workers.train.scenes.Matching.Fate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Precision and recall of one class's detections in all pictures, best first. Pictures may count
 * several times or not at all, so that samples of pictures cost no new matching.
 */
final class PrecisionCurve {
    private static final int RECALLS = 101;

    /** A detection, what becomes of it at each required overlap, and where it was found. */
    private record Ranked(double score, int picture, List<Fate> fates) {}

    /**
     * Averages over pictures.
     *
     * @param precisions at each required overlap
     * @param recalls at each required overlap
     */
    record Averages(List<Double> precisions, List<Double> recalls) {
        double precision() {
            return precisions.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        double recall() {
            return recalls.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }
    }

    private final List<Ranked> ranked;
    private final int[] objects;

    /** Of one matching for each picture. */
    PrecisionCurve(List<Matching> pictures) {
        this.objects = pictures.stream().mapToInt(Matching::objects).toArray();
        var all = new ArrayList<Ranked>();
        for (int picture = 0; picture < pictures.size(); picture++) {
            add(all, pictures.get(picture), picture);
        }
        all.sort(Comparator.comparingDouble((Ranked each) -> -each.score())); // stable
        this.ranked = List.copyOf(all);
    }

    private static void add(List<Ranked> all, Matching matching, int picture) {
        var fates = new Fate[Matching.OVERLAPS][];
        for (int overlap = 0; overlap < fates.length; overlap++) {
            fates[overlap] = matching.fates(Matching.required(overlap));
        }
        for (int i = 0; i < matching.detections().size(); i++) {
            var own = new ArrayList<Fate>();
            for (var atOverlap : fates) {
                own.add(atOverlap[i]);
            }
            all.add(new Ranked(matching.detections().get(i).score(), picture, List.copyOf(own)));
        }
    }

    /** How many objects are to be found where each picture counts so often. */
    int objects(int[] weights) {
        int sum = 0;
        for (int picture = 0; picture < objects.length; picture++) {
            sum += weights[picture] * objects[picture];
        }
        return sum;
    }

    /** At each required overlap; there must be an object. */
    Averages averages(int[] weights) {
        var precisions = new ArrayList<Double>();
        var recalls = new ArrayList<Double>();
        int all = objects(weights);
        for (int overlap = 0; overlap < Matching.OVERLAPS; overlap++) {
            average(overlap, weights, all, precisions, recalls);
        }
        return new Averages(precisions, recalls);
    }

    private void average(
            int overlap, int[] weights, int all, List<Double> precisions, List<Double> recalls) {
        var precision = new double[ranked.size()];
        var recall = new double[ranked.size()];
        double found = 0;
        double wrong = 0;
        for (int i = 0; i < precision.length; i++) {
            int weight = weights[ranked.get(i).picture()];
            var fate = ranked.get(i).fates().get(overlap);
            found += fate == Fate.FOUND ? weight : 0;
            wrong += fate == Fate.WRONG ? weight : 0;
            precision[i] = found == 0 ? 0 : found / (found + wrong);
            recall[i] = found / all;
        }
        recalls.add(found / all);
        precisions.add(interpolated(precision, recall));
    }

    /** The mean over 101 recalls of the best precision at that recall or a greater one. */
    private static double interpolated(double[] precision, double[] recall) {
        for (int i = precision.length - 1; i > 0; i--) {
            precision[i - 1] = Math.max(precision[i - 1], precision[i]);
        }
        double sum = 0;
        int at = 0;
        for (int step = 0; step < RECALLS; step++) {
            double least = step * 0.01;
            while (at < recall.length && recall[at] < least) {
                at++;
            }
            sum += at < recall.length ? precision[at] : 0;
        }
        return sum / RECALLS;
    }
}
