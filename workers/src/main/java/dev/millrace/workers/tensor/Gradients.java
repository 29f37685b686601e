package dev.millrace.workers.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Operations with numbers through which gradients flow.
 *
 * <p>{@code NDArray.mul(Number)} and {@code div(Number)} make an array of the number in memory of
 * the JVM's and close it at once. libtorch reads it again on the way back, when the garbage
 * collector may have freed it: gradients are then, once in some hundred steps, multiplied by
 * anything. Arrays made here live as long as the other factor's scope.
 */
public final class Gradients {
    private Gradients() {}

    /** x times a number. */
    public static NDArray times(NDArray x, double factor) {
        float[] number = {(float) factor};
        return x.mul(Tensors.floats(x.getManager(), number, 1));
    }

    /** x held between two numbers, the gradient passed where it lies there. */
    public static NDArray between(NDArray x, double least, double most) {
        var isInside = x.gte(least).logicalAnd(x.lte(most)).toType(x.getDataType(), false);
        var bounded = x.stopGradient().clip(least, most);
        return x.sub(x.stopGradient()).mul(isInside).add(bounded);
    }
}
