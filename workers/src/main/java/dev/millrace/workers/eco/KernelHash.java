package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.Gradients;

/**
 * Turns tokens into codes: bit r of a token is the sign of A_r k, where k says how near the token
 * is to each of the anchors.
 *
 * <p>k_j = exp(-d_j / (2 sigma)) - mean_j, with d_j the squared distance to anchor j, and sigma the
 * mean of d over <i>all</i> tokens and anchors of the input: a token's code depends on its
 * neighbours. The hash is constant; gradients reach the tokens through k and sigma, and pass a sign
 * where its argument lies between -1 and 1.
 *
 * @param vectors A, one row for each bit, [heads, bits, anchors]
 * @param mean of the kernel over the tokens it was learned from, [1, heads, 1, anchors]
 * @param anchors support samples, [1, heads, anchors, headWidth]
 */
public record KernelHash(NDArray vectors, NDArray mean, NDArray anchors) {
    /**
     * How near tokens are to the anchors.
     *
     * @param sigma [batch, heads]
     * @param values before the mean is taken off, [batch, heads, tokens, anchors]
     */
    public record Kernel(NDArray sigma, NDArray values) {}

    /**
     * Tokens to the length 1, over the last axis; one without a length becomes NaN, as in the
     * official code.
     */
    public static NDArray unit(NDArray tokens) {
        return tokens.div(tokens.square().sum(new int[] {-1}, true).sqrt());
    }

    /**
     * Compares tokens with anchors.
     *
     * @param unit tokens of length 1, [batch, heads, tokens, headWidth]
     */
    public static Kernel kernel(NDArray unit, NDArray anchors) {
        var distances = distances(unit, anchors);
        var sigma = mean(distances, 2, 3); // [batch, heads, 1, 1]
        var shape = sigma.getShape();
        var values = distances.div(Gradients.times(sigma, -2)).exp();
        return new Kernel(sigma.reshape(shape.get(0), shape.get(1)), values);
    }

    /**
     * Squared distances of tokens to anchors, [..., tokens, anchors].
     *
     * @param unit tokens of length 1, [..., tokens, headWidth]
     * @param anchors [..., anchors, headWidth]
     */
    public static NDArray distances(NDArray unit, NDArray anchors) {
        int[] last = {-1};
        int axis = anchors.getShape().dimension() - 1;
        var squares = anchors.square().sum(last, true).swapAxes(axis - 1, axis);
        var products = unit.matMul(anchors.swapAxes(axis - 1, axis));
        return unit.square().sum(last, true).add(squares).sub(Gradients.times(products, 2));
    }

    /** Over two axes, which stay with one element each. */
    static NDArray mean(NDArray x, int first, int second) {
        long count = x.getShape().get(first) * x.getShape().get(second);
        return Gradients.times(x.sum(new int[] {first, second}, true), 1.0 / count);
    }

    /** What codes are the signs of, [batch, heads, tokens, bits]. */
    public NDArray beforeSign(Kernel kernel) {
        return kernel.values().sub(mean).matMul(vectors.transpose(0, 2, 1));
    }

    /**
     * The codes, each bit -1 or 1, or 0 exactly on the border.
     *
     * @throws IllegalArgumentException if a token has no code
     */
    public static NDArray codes(NDArray beforeSign) {
        long missing = beforeSign.isNaN().countNonzero().getLong();
        if (missing > 0) {
            throw new IllegalArgumentException(
                    "codes must be numbers, %d of %d bits are NaN: a token's query is all zero or"
                                    .formatted(missing, beforeSign.size())
                            + " not finite");
        }
        var passed = Gradients.between(beforeSign, -1, 1);
        return passed.sub(passed.stopGradient()).add(beforeSign.sign().stopGradient());
    }
}
