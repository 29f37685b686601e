package dev.millrace.workers.segment;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;

import java.util.function.Supplier;

/** The gradient of a number with respect to one array. */
public final class Gradients {
    private Gradients() {}

    public static NDArray of(NDArray parameter, Supplier<NDArray> loss) {
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.get());
        }
        return parameter.getGradient();
    }
}
