package dev.millrace.workers.train.adapters;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How much of the attention that can be selected one layer's adapters select. */
final class LayerScore {
    private static final List<Integer> COUNTS = List.of(4, 16, 64, 256);
    private static final int WEIGHING_COUNT = 64;

    private final int layer;
    private final Map<Integer, Double> selected = new LinkedHashMap<>();
    private final Map<Integer, Double> best = new LinkedHashMap<>();
    private double mass;
    private long rows;

    LayerScore(int layer) {
        this.layer = layer;
    }

    int layer() {
        return layer;
    }

    /**
     * One text's rows.
     *
     * @param student scores, [rows, chunks]
     */
    void add(int chunks, LayerDistillation.Taught taught, float... student) {
        float[] teacher = taught.shares();
        float[] forbidden = taught.forbidden();
        float[] weights = taught.weights();
        for (int row = 0; row < weights.length; row++) {
            int at = row * chunks;
            rows++;
            mass += weights[row];
            int[] bySelf = ranked(chunks, chunk -> -teacher[at + chunk]);
            int[] byStudent =
                    ranked(
                            chunks,
                            chunk ->
                                    forbidden[at + chunk] > 0
                                            ? Double.MAX_VALUE
                                            : -student[at + chunk]);
            for (int count : COUNTS) {
                selected.merge(
                        count, weights[row] * sum(teacher, at, byStudent, count), Double::sum);
                best.merge(count, weights[row] * sum(teacher, at, bySelf, count), Double::sum);
            }
        }
    }

    private static int[] ranked(int chunks, IntToDoubleFunction order) {
        return IntStream.range(0, chunks)
                .boxed()
                .sorted(Comparator.comparingDouble(order::applyAsDouble))
                .mapToInt(chunk -> chunk)
                .toArray();
    }

    private static double sum(float[] teacher, int at, int[] order, int count) {
        double sum = 0;
        for (int i = 0; i < Math.min(count, order.length); i++) {
            sum += teacher[at + order[i]];
        }
        return sum;
    }

    /** By how many chunks are selected. */
    Map<Integer, Double> recalls() {
        var recalls = new LinkedHashMap<Integer, Double>();
        for (int count : COUNTS) {
            double most = best.getOrDefault(count, 0.0);
            recalls.put(count, most == 0 ? 1 : selected.getOrDefault(count, 0.0) / most);
        }
        return recalls;
    }

    /**
     * What the layer's word is worth: how much it looks far, and how well its adapters know where.
     */
    double weight() {
        return rows == 0 ? 0 : mass / rows * recalls().getOrDefault(WEIGHING_COUNT, 0.0);
    }
}
