package dev.millrace.workers.train.adapters;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How much of the attention that can be selected a layer's adapters select. */
final class LayerScore {
    private static final List<Integer> COUNTS = List.of(4, 16, 64, 256);
    private static final int WEIGHING_COUNT = 64;

    private final int layer;
    private final Map<Integer, Double> selected = new LinkedHashMap<>();
    private final Map<Integer, Double> best = new LinkedHashMap<>();
    private final double[] masses; // that could be selected, of each scorer
    private long rows;

    LayerScore(int layer, int scorers) {
        this.layer = layer;
        this.masses = new double[scorers];
    }

    int layer() {
        return layer;
    }

    /**
     * One text's rows.
     *
     * @param student scores, [scorers, rows, chunks]
     */
    void add(LayerDistillation.Taught taught, float... student) {
        for (int scorer = 0; scorer < masses.length; scorer++) {
            for (int row = 0; row < taught.rows(); row++) {
                add(taught, scorer, row, student);
            }
        }
        rows += taught.rows();
    }

    private void add(LayerDistillation.Taught taught, int scorer, int row, float[] student) {
        int chunks = taught.chunks();
        int at = (scorer * taught.rows() + row) * chunks;
        int rule = row * chunks;
        float[] teacher = taught.shares();
        float[] forbidden = taught.forbidden();
        float weight = taught.weights()[scorer * taught.rows() + row];
        masses[scorer] += weight;
        int[] bySelf = ranked(chunks, chunk -> -teacher[at + chunk]);
        int[] byStudent =
                ranked(
                        chunks,
                        chunk ->
                                forbidden[rule + chunk] > 0
                                        ? Double.MAX_VALUE
                                        : -student[at + chunk]);
        for (int count : COUNTS) {
            selected.merge(count, weight * sum(teacher, at, byStudent, count), Double::sum);
            best.merge(count, weight * sum(teacher, at, bySelf, count), Double::sum);
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
     * What each scorer's word is worth: how much it looks far, and how well the layer's adapters
     * know where.
     */
    float[] weights() {
        float[] weights = new float[masses.length];
        for (int scorer = 0; scorer < weights.length && rows > 0; scorer++) {
            double known = recalls().getOrDefault(WEIGHING_COUNT, 0.0);
            weights[scorer] = (float) (masses[scorer] / rows * known);
        }
        return weights;
    }
}
