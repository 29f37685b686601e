package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * AdamW (Loshchilov and Hutter, <i>Decoupled Weight Decay Regularization</i>, algorithm 2), with
 * its moments in the open so that a checkpoint can hold them.
 *
 * <p>Decay acts on matrices only; gains of norms have one axis and are left alone.
 */
public final class AdamW {
    private static final double BETA1 = 0.9;

    /** Of second moments, where nothing else is said. */
    public static final double USUAL_BETA2 = 0.98;

    private static final double EPSILON = 1e-8;

    private final double decay;
    private final double beta2;
    private final Map<String, NDArray> means = new LinkedHashMap<>();
    private final Map<String, NDArray> squares = new LinkedHashMap<>();

    /** Moments start at zero and live in {@code manager}. */
    public AdamW(Map<String, NDArray> parameters, NDManager manager, double decay) {
        this(parameters, manager, decay, USUAL_BETA2);
    }

    /** With a decay rate of its own for the second moments. */
    public AdamW(Map<String, NDArray> parameters, NDManager manager, double decay, double beta2) {
        this.decay = decay;
        this.beta2 = beta2;
        parameters.forEach((name, parameter) -> {
            means.put(name, manager.zeros(parameter.getShape(), parameter.getDataType()));
            squares.put(name, manager.zeros(parameter.getShape(), parameter.getDataType()));
        });
    }

    /** All moments by name, to be saved and restored: the live arrays. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        means.forEach((name, mean) -> state.put("mean." + name, mean));
        squares.forEach((name, square) -> state.put("square." + name, square));
        return state;
    }

    /** Moves one parameter along its gradient; {@code step} counts from 0. */
    public void update(String name, NDArray parameter, NDArray gradient, long step, double rate) {
        try (var _ = new NDScope()) {
            var mean = Objects.requireNonNull(means.get(name), name);
            var square = Objects.requireNonNull(squares.get(name), name);
            mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
            square.muli(beta2).addi(gradient.square().muli(1 - beta2));
            var unbiased = square.div(1 - Math.pow(beta2, step + 1.0)).sqrt().addi(EPSILON);
            if (parameter.getShape().dimension() > 1) {
                parameter.muli(1 - rate * decay);
            }
            parameter.subi(mean.div(unbiased).muli(rate / (1 - Math.pow(BETA1, step + 1.0))));
        }
    }
}
