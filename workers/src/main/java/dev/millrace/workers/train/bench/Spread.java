package dev.millrace.workers.train.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Some repetitions' mean.
 *
 * @param interval half of the interval that holds it with 95 % (normal); 0 of one repetition
 */
public record Spread(double mean, double interval) {
    /** Of a figure of each. */
    public static <T> Spread of(List<T> repetitions, ToDoubleFunction<T> figure) {
        double[] values = repetitions.stream().mapToDouble(figure).toArray();
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        int count = values.length;
        return new Spread(mean, count < 2 ? 0 : 1.96 * Math.sqrt(squares / (count - 1) / count));
    }
}
