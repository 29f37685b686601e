package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Fits one bit's vectors to a residual. The gradient is written out: dL/da = mean of K'((1 - y^2) /
 * 2 * -(R + R') y / (tokens bits)).
 */
final class BitDescent {
    private final HashLearning settings;
    private final NDArray kernel; // [batch, heads, tokens, anchors]
    private final double scale;

    /**
     * @param kernel with its mean taken off
     */
    BitDescent(HashLearning settings, NDArray kernel, int bits) {
        this.settings = settings;
        this.kernel = kernel;
        this.scale = -1.0 / (kernel.getShape().get(2) * bits);
    }

    /** What a descent came to; vector [heads, anchors], the losses before each step. */
    @SuppressWarnings("ArrayRecordComponent") // a few numbers, read at once
    record Found(float[] vector, float[] losses) {}

    Found from(float[] start, NDArray residual) {
        float[] vector = start.clone();
        var speed = new float[vector.length];
        var losses = new float[settings.steps()];
        try (var _ = new NDScope()) {
            var both = residual.add(residual.transpose(0, 1, 3, 2));
            var transposed = kernel.transpose(0, 1, 3, 2);
            for (int step = 0; step < losses.length; step++) {
                losses[step] = step(vector, speed, both, transposed);
            }
        }
        return new Found(vector, losses);
    }

    /** Moves the vector by one step of Nesterov's momentum; gives the loss before it. */
    private float step(float[] vector, float[] speed, NDArray both, NDArray transposed) {
        try (var _ = new NDScope()) {
            var y = projected(vector).mul(0.5).tanh(); // [batch, heads, tokens, 1]
            var pull = both.matMul(y).mul(scale);
            var slope = pull.mul(y.square().mul(-0.5).add(0.5));
            var gradients = transposed.matMul(slope); // [batch, heads, anchors, 1]
            float[] gradient = gradients.sum(new int[] {0}).toFloatArray();
            double share = 1.0 / (kernel.getShape().get(0) * kernel.getShape().get(1));
            for (int i = 0; i < vector.length; i++) {
                float slopeHere = (float) (gradient[i] * share);
                speed[i] = (float) (settings.momentum() * speed[i] + slopeHere);
                vector[i] -=
                        (float) (settings.rate() * (slopeHere + settings.momentum() * speed[i]));
            }
            return pull.mul(y).sum(new int[] {2, 3}).mean().getFloat() / 2;
        }
    }

    /** The loss where the bit is a sign. */
    float hardLoss(float[] vector, NDArray residual) {
        try (var _ = new NDScope()) {
            var y = hard(vector);
            return residual.matMul(y).mul(y).sum(new int[] {2, 3}).mul(scale).mean().getFloat();
        }
    }

    /** What is left of a residual when the bit has done its part; in the kernel's scope. */
    NDArray rest(float[] vector, NDArray residual) {
        var y = hard(vector);
        return residual.sub(y.matMul(y.transpose(0, 1, 3, 2)));
    }

    /** +1 and -1; exactly on the border -1. */
    private NDArray hard(float... vector) {
        return projected(vector).gt(0).toType(DataType.FLOAT32, false).mul(2).sub(1);
    }

    private NDArray projected(float... vector) {
        long heads = kernel.getShape().get(1);
        long anchors = kernel.getShape().get(3);
        return kernel.matMul(kernel.getManager().create(vector, new Shape(1, heads, anchors, 1)));
    }
}
