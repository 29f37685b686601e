package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.broadcast;
import static dev.millrace.workers.simd.Lanes.load;

import dev.millrace.workers.simd.Lanes;

/**
 * {@code w (x - mean) / sqrt(variance + 1e-5) + b} of each row.
 *
 * @param weight w, of a row's length
 * @param bias b
 */
@SuppressWarnings("ArrayRecordComponent") // weights, never compared
record LayerNorm(float[] weight, float[] bias) {
    private static final float EPSILON = 1e-5f;

    void apply(Rows x, Rows y, int rows) {
        for (int row = 0; row < rows; row++) {
            apply(x.values(), x.at(row), y.values(), y.at(row));
        }
    }

    private void apply(float[] x, int from, float[] y, int to) {
        int size = weight.length;
        int whole = size - size % COUNT;
        float mean = mean(x, from, whole);
        float scale = (float) (1 / Math.sqrt(variance(x, from, whole, mean) + EPSILON));
        var means = broadcast(mean);
        for (int i = 0; i < whole; i += COUNT) {
            load(x, from + i)
                    .sub(means)
                    .mul(scale)
                    .fma(load(weight, i), load(bias, i))
                    .intoArray(y, to + i);
        }
        for (int i = whole; i < size; i++) {
            y[to + i] = Math.fma((x[from + i] - mean) * scale, weight[i], bias[i]);
        }
    }

    private float mean(float[] x, int from, int whole) {
        var sums = Lanes.zero();
        for (int i = 0; i < whole; i += COUNT) {
            sums = sums.add(load(x, from + i));
        }
        float sum = Lanes.sum(sums);
        for (int i = whole; i < weight.length; i++) {
            sum += x[from + i];
        }
        return sum / weight.length;
    }

    private float variance(float[] x, int from, int whole, float mean) {
        var means = broadcast(mean);
        var sums = Lanes.zero();
        for (int i = 0; i < whole; i += COUNT) {
            var apart = load(x, from + i).sub(means);
            sums = apart.fma(apart, sums);
        }
        float sum = Lanes.sum(sums);
        for (int i = whole; i < weight.length; i++) {
            sum = Math.fma(x[from + i] - mean, x[from + i] - mean, sum);
        }
        return sum / weight.length;
    }
}
