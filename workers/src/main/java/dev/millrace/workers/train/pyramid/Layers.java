package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.tensor.Gradients;

import java.util.Map;

/**
 * The operations of a classifier by the names of their weights; each tells what it has computed.
 */
final class Layers {
    private static final double EPSILON = 1e-6;

    private final Map<String, NDArray> weights;
    private final Meter meter;

    Layers(Map<String, NDArray> weights, Meter meter) {
        this.weights = weights;
        this.meter = meter;
    }

    NDArray weight(String name) {
        var weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return weight;
    }

    /** y = weight x + bias, over the last axis. */
    NDArray linear(NDArray x, String name) {
        var weight = weight(name + ".weight");
        meter.products(x.size() * weight.getShape().get(0));
        meter.move(weight.size() * Float.BYTES);
        return x.matMul(weight.transpose()).add(weight(name + ".bias"));
    }

    /** A convolution of [n, channels, rows, columns]. */
    NDArray convolve(NDArray x, String name, int stride, int groups) {
        var kernel = weight(name + ".weight");
        long side = kernel.getShape().get(2);
        var padding = new Shape(side / 2, side / 2);
        var y =
                Conv2d.conv2d(
                                x,
                                kernel,
                                weight(name + ".bias"),
                                new Shape(stride, stride),
                                padding,
                                new Shape(1, 1),
                                groups)
                        .singletonOrThrow();
        meter.products(y.size() * kernel.getShape().get(1) * side * side);
        meter.move(kernel.size() * Float.BYTES);
        return y;
    }

    /** Over the last axis. */
    NDArray norm(NDArray x, String name) {
        int[] last = {-1};
        var centred = x.sub(x.mean(last, true));
        var deviation = centred.square().mean(last, true).add(EPSILON).sqrt();
        long rows = x.size() / x.getShape().get(x.getShape().dimension() - 1);
        meter.products(2 * x.size()); // squares and their sum, gains and biases
        meter.count(Operation.F32_ADD, 2 * x.size());
        meter.count(Operation.DIVIDE, x.size() + 2 * rows);
        meter.count(Operation.ROOT, rows);
        return centred.div(deviation).mul(weight(name + ".weight")).add(weight(name + ".bias"));
    }

    NDArray gelu(NDArray x) {
        meter.count(Operation.F32_MULTIPLY, 3 * x.size());
        meter.count(Operation.F32_ADD, x.size());
        meter.count(Operation.EXPONENTIAL, x.size());
        return Gradients.times(x.mul(Gradients.times(x, Math.sqrt(0.5)).erf().add(1)), 0.5);
    }
}
