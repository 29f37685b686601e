package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

/**
 * Learns a hash from tokens alone, one bit after another: codes of a token and of those it is
 * nearest to should agree, codes of it and those it is farthest from should not.
 *
 * <p>With S the wanted similarities, +1, -1 or 0, bit r is fitted to the residual R = bits S - sum
 * of y y' of the bits before. Its vector a goes down L(a) = -y' R y / (tokens bits), the mean over
 * batch and heads, with y = tanh(K a / 2), by gradient descent with Nesterov's momentum. Then it is
 * hardened: the new vector is kept if L, with y = sign(K a), is lower than with the old one.
 *
 * @param neighbours tokens that each token should be like, itself one of them, and unlike
 * @param steps of each bit's descent
 */
public record HashLearning(int neighbours, int steps, double rate, double momentum) {
    /** As the official code has it; most bits stay as random as they began. */
    public static final HashLearning OFFICIAL = new HashLearning(10, 100, 5e-4, 0.9);

    public HashLearning {
        if (neighbours < 1 || steps < 0) {
            throw new IllegalArgumentException(
                    "neighbours must be at least 1 and steps at least 0, were %d and %d"
                            .formatted(neighbours, steps));
        }
        if (!(rate > 0 && Double.isFinite(rate) && momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "rate must be positive and momentum 0 to below 1, were %s and %s"
                            .formatted(rate, momentum));
        }
    }

    /**
     * One bit, as it was learned; arrays are valid until the listener returns.
     *
     * @param residual what it was fitted to, [batch, heads, tokens, tokens]
     * @param losses before each step
     * @param candidate the vector after the last step, [heads, anchors]
     * @param isKept whether the candidate is the bit's vector now
     */
    @SuppressWarnings("ArrayRecordComponent") // read at once by who listens
    public record Bit(
            int index, NDArray residual, float[] losses, float[] candidate, boolean isKept) {}

    /** Hears of each bit. */
    @FunctionalInterface
    public interface Listener {
        void learned(Bit bit);
    }

    /**
     * Learns from tokens.
     *
     * @param unit tokens of length 1, [batch, heads, tokens, headWidth]
     * @param chosen which tokens of the first input become the anchors
     * @param start vectors to begin with, [heads, bits, anchors]
     * @return a hash in the scope of {@code unit}
     */
    public KernelHash learn(NDArray unit, long[] chosen, NDArray start, Listener listener) {
        check(unit, chosen, start);
        var vectors = new BitVectors(start);
        try (var _ = new NDScope()) {
            var anchors = anchors(unit, chosen);
            var kernel = KernelHash.kernel(unit, anchors).values();
            var mean = KernelHash.mean(kernel, 0, 2); // [1, heads, 1, anchors]
            learn(unit, kernel.sub(mean), vectors, listener);
            var hash = new KernelHash(vectors.in(unit.getManager()), mean, anchors);
            NDScope.unregister(hash.vectors(), mean, anchors);
            return hash;
        }
    }

    private void learn(NDArray unit, NDArray kernel, BitVectors vectors, Listener listener) {
        var descent = new BitDescent(this, kernel, vectors.bits());
        var residual = similarities(unit).mul(vectors.bits());
        for (int bit = 0; bit < vectors.bits(); bit++) {
            try (var fitted = residual) {
                residual = learn(bit, fitted, descent, vectors, listener);
            }
        }
    }

    /** Learns one bit; gives the residual that is left. */
    private static NDArray learn(
            int bit, NDArray residual, BitDescent descent, BitVectors vectors, Listener listener) {
        float[] old = vectors.of(bit);
        var found = descent.from(old, residual);
        boolean isKept =
                descent.hardLoss(found.vector(), residual) < descent.hardLoss(old, residual);
        if (isKept) {
            vectors.set(bit, found.vector());
        }
        listener.learned(new Bit(bit, residual, found.losses(), found.vector(), isKept));
        return descent.rest(vectors.of(bit), residual);
    }

    /** Of each pair of tokens, wanted: +1, -1 or 0; not symmetric. */
    NDArray similarities(NDArray unit) {
        var cosines = unit.matMul(unit.transpose(0, 1, 3, 2));
        var wanted = cosines.zerosLike();
        var nearest = cosines.topK(neighbours, 3, true, false).get(1);
        var farthest = cosines.topK(neighbours, 3, false, false).get(1);
        var ones = cosines.getManager().ones(nearest.getShape());
        return wanted.scatter(nearest, ones, 3).scatter(farthest, ones.neg(), 3);
    }

    private static NDArray anchors(NDArray unit, long... chosen) {
        var shape = unit.getShape();
        var first = unit.get(0).transpose(1, 0, 2); // [tokens, heads, headWidth]
        var index = unit.getManager().create(chosen);
        return first.get(index)
                .transpose(1, 0, 2)
                .reshape(1, shape.get(1), chosen.length, shape.get(3));
    }

    private void check(NDArray unit, long[] chosen, NDArray start) {
        long tokens = unit.getShape().get(2);
        var expected = new Shape(unit.getShape().get(1), start.getShape().get(1), chosen.length);
        if (!start.getShape().equals(expected)) {
            throw new IllegalArgumentException(
                    "vectors must be [heads, bits, anchors] %s, were %s"
                            .formatted(expected, start.getShape()));
        }
        if (neighbours > tokens) {
            throw new IllegalArgumentException(
                    "neighbours must be 1..%d, the tokens there are, was %d"
                            .formatted(tokens, neighbours));
        }
        for (long one : chosen) {
            if (one < 0 || one >= tokens) {
                throw new IllegalArgumentException(
                        "anchors must be tokens 0..%d, one was %d".formatted(tokens - 1, one));
            }
        }
        if (unit.isNaN().countNonzero().getLong() > 0) {
            throw new IllegalArgumentException(
                    "tokens must be finite and have a length, some are NaN");
        }
    }
}
