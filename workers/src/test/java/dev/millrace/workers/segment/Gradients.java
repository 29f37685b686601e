package dev.millrace.workers.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.util.function.Supplier;

/** Gradients of a number with respect to one of the weights that it is computed from. */
public final class Gradients {
    /** What f32 leaves of a small difference. */
    private static final double NOISE = 1e-4;

    private Gradients() {}

    /**
     * Holds a gradient against what a small step along some direction changes, there and back.
     *
     * @param share of the change that they may differ by
     */
    public static void assertOfSteps(
            NDList weights, int place, double step, double share, Supplier<NDArray> loss) {
        var weight = weights.get(place);
        var direction = RandomWeights.noise(weight.getManager(), 7, weight.getShape().getShape());
        double expected = along(direction, weight, loss);
        weights.set(place, weight.add(direction.mul(step)));
        double above = loss.get().getFloat();
        weights.set(place, weight.sub(direction.mul(step)));
        double below = loss.get().getFloat();
        weights.set(place, weight);

        assertThat(Math.abs(expected))
                .as("a gradient that can be told from none")
                .isGreaterThan(NOISE);
        assertThat((above - below) / (2 * step))
                .isCloseTo(expected, within(Math.max(NOISE, share * Math.abs(expected))));
    }

    private static double along(NDArray direction, NDArray weight, Supplier<NDArray> loss) {
        weight.setRequiresGradient(true);
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.get());
        }
        double sum = weight.getGradient().mul(direction).sum().getFloat();
        weight.setRequiresGradient(false);
        return sum;
    }
}
