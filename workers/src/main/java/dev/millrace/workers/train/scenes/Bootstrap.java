package dev.millrace.workers.train.scenes;

import dev.millrace.workers.train.scenes.CocoMetrics.Interval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far figures would vary with other pictures of the same kind: the pictures are drawn again
 * with replacement (B. Efron, 1979), the same ones for all that is compared.
 *
 * @param samples how often they are drawn
 */
public record Bootstrap(int samples, long seed) {
    private static final double TAIL = 0.025;

    public Bootstrap {
        if (samples < 1) {
            throw new IllegalArgumentException(
                    "there must be at least one sample, were " + samples);
        }
    }

    /** The average precision of some masks. */
    public Interval ap(CocoMetrics metrics) {
        return interval(metrics.pictures(), weights -> metrics.figures(weights).ap());
    }

    /** How much greater the average precision of some masks is than that of others. */
    public Interval apGain(CocoMetrics metrics, CocoMetrics than) {
        if (metrics.pictures() != than.pictures()) {
            throw new IllegalArgumentException(
                    "what is compared must be of the same pictures, were %d and %d"
                            .formatted(metrics.pictures(), than.pictures()));
        }
        return interval(
                metrics.pictures(),
                weights -> metrics.figures(weights).ap() - than.figures(weights).ap());
    }

    /** A figure by how often each picture counts. */
    Interval interval(int pictures, ToDoubleFunction<int[]> figure) {
        var random = new SplittableRandom(seed);
        var sampled = new double[samples];
        for (int i = 0; i < samples; i++) {
            var weights = new int[pictures];
            random.ints(pictures, 0, pictures).forEach(picture -> weights[picture]++);
            sampled[i] = figure.applyAsDouble(weights);
        }
        Arrays.sort(sampled);
        var once = new int[pictures];
        Arrays.fill(once, 1);
        int low = (int) Math.floor(TAIL * samples);
        return new Interval(sampled[low], figure.applyAsDouble(once), sampled[samples - 1 - low]);
    }
}
