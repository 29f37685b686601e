package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Muon (K. Jordan et al., 2024): moves a matrix along its momentum made orthogonal, so that rare
 * directions, such as those of a single name, are learned as fast as frequent ones.
 *
 * <p>The quintic Newton-Schulz iteration maps all singular values near 1. The step is scaled as in
 * <i>Muon is Scalable for LLM Training</i> (2025), eq. 4, so that rates and decay of {@link AdamW}
 * fit.
 */
public final class Muon {
    private static final double MOMENTUM = 0.95;
    private static final int ITERATIONS = 5;
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;
    private static final double SCALE = 0.2;

    private final double decay;
    private final Map<String, NDArray> momenta = new LinkedHashMap<>();

    /** Momenta start at zero and live in {@code manager}. */
    public Muon(Map<String, NDArray> matrices, NDManager manager, double decay) {
        this.decay = decay;
        matrices.forEach((name, matrix) ->
                momenta.put(name, manager.zeros(matrix.getShape(), matrix.getDataType())));
    }

    /** All momenta by name, to be saved and restored: the live arrays. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        momenta.forEach((name, momentum) -> state.put("momentum." + name, momentum));
        return state;
    }

    /** Moves one matrix against its gradient. */
    public void update(String name, NDArray matrix, NDArray gradient, double rate) {
        try (var _ = new NDScope()) {
            var momentum = Objects.requireNonNull(momenta.get(name), name);
            momentum.muli(MOMENTUM).addi(gradient);
            var step = orthogonal(gradient.add(momentum.mul(MOMENTUM)));
            var longer = Math.max(matrix.getShape().get(0), matrix.getShape().get(1));
            matrix.muli(1 - rate * decay);
            matrix.subi(step.muli(rate * SCALE * Math.sqrt((double) longer)));
        }
    }

    private static NDArray orthogonal(NDArray matrix) {
        if (matrix.getShape().get(0) > matrix.getShape().get(1)) {
            return orthogonal(matrix.transpose()).transpose();
        }
        var x = matrix.div(matrix.square().sum().sqrt().add(1e-7));
        for (var i = 0; i < ITERATIONS; i++) {
            var square = x.matMul(x.transpose());
            x = x.mul(A).addi(square.mul(B).addi(square.matMul(square).muli(C)).matMul(x));
        }
        return x;
    }
}
