package dev.millrace.workers.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;

import dev.millrace.workers.segment.picture.Bilinear;
import dev.millrace.workers.tensor.Tensors;

/**
 * The formulas of networks, one operation after another in f32: slow and obvious, what the scripts
 * are held against.
 */
public final class Eager {
    private final NDManager scope;
    private final RandomWeights weights;

    public Eager(NDManager scope, RandomWeights weights) {
        this.scope = scope;
        this.weights = weights;
    }

    public NDArray weight(String name) {
        return weights.of(scope, name);
    }

    public NDArray linear(NDArray x, String name) {
        return matrix(x, name + ".weight").add(weight(name + ".bias"));
    }

    public NDArray matrix(NDArray x, String name) {
        return x.matMul(weight(name).transpose());
    }

    /** Over the last axis. */
    public NDArray norm(NDArray x, String name, double epsilon) {
        int[] last = {x.getShape().dimension() - 1};
        var centred = x.sub(x.mean(last, true));
        var deviation = centred.square().mean(last, true).add(epsilon).sqrt();
        return centred.div(deviation).mul(weight(name + ".weight")).add(weight(name + ".bias"));
    }

    /** Over the channels of [n, channels, h, w]. */
    public NDArray planes(NDArray x, String name, double epsilon) {
        return norm(x.transpose(0, 2, 3, 1), name, epsilon).transpose(0, 3, 1, 2);
    }

    public static NDArray gelu(NDArray x) {
        return x.mul(x.div(Math.sqrt(2)).erf().add(1)).mul(0.5);
    }

    public static NDArray relu(NDArray x) {
        return x.maximum(0);
    }

    /** [n, tokens, width] to [n, heads, tokens, headWidth]. */
    public static NDArray split(NDArray x, int heads) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                .transpose(0, 2, 1, 3);
    }

    public static NDArray join(NDArray x) {
        var shape = x.getShape();
        return x.transpose(0, 2, 1, 3)
                .reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
    }

    /** Softmax of scaled products; what is added to the scores may be one number. */
    public static NDArray attend(NDArray q, NDArray k, NDArray v, NDArray added) {
        double scale = 1 / Math.sqrt((double) q.getShape().get(3));
        var scores = q.matMul(k.transpose(0, 1, 3, 2)).mul(scale).add(added);
        return scores.softmax(-1).matMul(v);
    }

    public NDArray nothing() {
        return scope.create(0f);
    }

    /** Each patch's pixels times a kernel of the patch's size: [n, out, h / p, w / p]. */
    public NDArray patches(NDArray x, String kernel) {
        var weight = weight(kernel);
        var shape = x.getShape();
        long patch = weight.getShape().get(2);
        long rows = shape.get(2) / patch;
        long columns = shape.get(3) / patch;
        long n = shape.get(0);
        var cells =
                x.reshape(n, shape.get(1), rows, patch, columns, patch)
                        .transpose(0, 2, 4, 1, 3, 5)
                        .reshape(n, rows * columns, -1);
        long out = weight.getShape().get(0);
        return cells.matMul(weight.reshape(out, -1).transpose())
                .reshape(n, rows, columns, out)
                .transpose(0, 3, 1, 2);
    }

    public NDArray convolve(NDArray x, String kernel, int stride, int padding) {
        var strides = new Shape(stride, stride);
        return Conv2d.conv2d(x, weight(kernel), null, strides, new Shape(padding, padding))
                .singletonOrThrow();
    }

    /** A transposed convolution whose kernel and stride are 2: every cell becomes four. */
    public NDArray enlarge(NDArray x, String name) {
        var shape = x.getShape();
        var kernel = weight(name + ".weight"); // [in, out, 2, 2]
        long out = kernel.getShape().get(1);
        var cells = x.transpose(0, 2, 3, 1).matMul(kernel.reshape(shape.get(1), out * 4));
        return cells.reshape(shape.get(0), shape.get(2), shape.get(3), out, 2, 2)
                .transpose(0, 3, 1, 4, 2, 5)
                .reshape(shape.get(0), out, shape.get(2) * 2, shape.get(3) * 2)
                .add(weight(name + ".bias").reshape(1, out, 1, 1));
    }

    /** A table of positions, the class token's first, for another grid: each channel resized. */
    public NDArray positions(NDArray table, int rows, int columns) {
        int width = Math.toIntExact(table.getShape().get(1));
        int side = (int) Math.sqrt((double) (table.getShape().get(0) - 1));
        var first = table.get("0:1");
        var moved = new NDList();
        for (int channel = 0; channel < width; channel++) {
            float[] plane = table.get("1:, " + channel).toFloatArray();
            float[] resized = Bilinear.resize(plane, side, side, rows, columns);
            moved.add(Tensors.floats(scope, resized, (long) rows * columns, 1));
        }
        var others = moved.getFirst();
        for (int channel = 1; channel < width; channel++) {
            others = others.concat(moved.get(channel), 1);
        }
        return first.concat(others, 0);
    }

    /** The largest difference, divided by the largest value that was expected. */
    public static double apart(NDArray actual, NDArray expected) {
        if (!actual.getShape().equals(expected.getShape())) {
            throw new AssertionError(
                    "shape must be %s, was %s".formatted(expected.getShape(), actual.getShape()));
        }
        double far = actual.sub(expected).abs().max().getFloat();
        return far / expected.abs().max().getFloat();
    }

    /** The mean square of the differences beside that of the values expected, as a root. */
    public static double noise(NDArray actual, NDArray expected) {
        double noise = actual.sub(expected).square().mean().getFloat();
        return Math.sqrt(noise / expected.square().mean().getFloat());
    }
}
