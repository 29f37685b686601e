package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Clips the gradients, then moves the matrices inside the layers by {@link Muon}, all else, such as
 * embeddings and gains, by {@link AdamW}.
 */
public final class MuonAdamW {
    private static final double MAX_NORM = 1;

    private final Predicate<String> isLayerMatrix;
    private final Map<String, NDArray> parameters;
    private final GlobalNormClip clip = new GlobalNormClip(MAX_NORM);
    private final Muon muon;
    private final AdamW adam;

    /**
     * Its state lives in {@code manager}.
     *
     * @param isLayerMatrix whether Muon moves a parameter of this name
     * @param decay of the weights, in both
     * @param beta2 how slowly AdamW forgets second moments
     */
    public MuonAdamW(
            Map<String, NDArray> parameters,
            NDManager manager,
            Predicate<String> isLayerMatrix,
            double decay,
            double beta2) {
        this.parameters = parameters;
        this.isLayerMatrix = isLayerMatrix;
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> others = new LinkedHashMap<>();
        parameters.forEach((name, parameter) ->
                (isLayerMatrix.test(name) ? matrices : others).put(name, parameter));
        this.muon = new Muon(matrices, manager, decay);
        this.adam = new AdamW(others, manager, decay, beta2);
    }

    /**
     * Moves all parameters, sets their gradients to zero and returns the gradients' norm before
     * clipping; {@code step} counts from 0.
     */
    public double update(long step, double rate) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
        var norm = clip.clip(gradients.values());
        parameters.forEach((name, parameter) -> {
            var gradient = parameter.getGradient();
            if (isLayerMatrix.test(name)) {
                muon.update(name, parameter, gradient, rate);
            } else {
                adam.update(name, parameter, gradient, step, rate);
            }
            JniUtils.zeroGrad((PtNDArray) parameter); // libtorch adds to what is there
        });
        return norm;
    }

    /** Parameters and moments by name: the live arrays, all that a checkpoint needs. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> state.put("parameter." + name, parameter));
        state.putAll(muon.state());
        state.putAll(adam.state());
        return state;
    }
}
