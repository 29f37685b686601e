package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.GlobalNormClip;
import dev.millrace.workers.train.Muon;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Clips the gradients, then moves the matrices inside the layers by Muon, embeddings and gains by
 * AdamW.
 */
final class StoryOptimizer {
    private static final double WEIGHT_DECAY = 0.1;
    private static final double MAX_NORM = 1;

    private final Map<String, NDArray> parameters;
    private final GlobalNormClip clip = new GlobalNormClip(MAX_NORM);
    private final Muon muon;
    private final AdamW adam;

    /** Its state lives in {@code manager}. */
    StoryOptimizer(Map<String, NDArray> parameters, NDManager manager) {
        this.parameters = parameters;
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> others = new LinkedHashMap<>();
        parameters.forEach((name, parameter) ->
                (isLayerMatrix(name) ? matrices : others).put(name, parameter));
        this.muon = new Muon(matrices, manager, WEIGHT_DECAY);
        this.adam = new AdamW(others, manager, WEIGHT_DECAY);
    }

    private static boolean isLayerMatrix(String name) {
        return name.endsWith("_proj.weight");
    }

    /**
     * Moves all parameters, sets their gradients to zero and returns the gradients' norm before
     * clipping.
     */
    double update(long step, double rate) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
        var norm = clip.clip(gradients.values());
        parameters.forEach((name, parameter) -> {
            var gradient = parameter.getGradient();
            if (isLayerMatrix(name)) {
                muon.update(name, parameter, gradient, rate);
            } else {
                adam.update(name, parameter, gradient, step, rate);
            }
            JniUtils.zeroGrad((PtNDArray) parameter);
        });
        return norm;
    }

    /** Parameters and moments by name: the live arrays, all that a checkpoint needs. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> state.put("parameter." + name, parameter));
        state.putAll(muon.state());
        state.putAll(adam.state());
        return state;
    }
}
