package dev.millrace.workers.train.pictures;

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
 * Clips the gradients, then moves the matrices inside the layers by Muon, everything else by AdamW.
 */
final class PictureOptimizer {
    private static final double WEIGHT_DECAY = 1e-4;
    private static final double BETA2 = 0.95;
    private static final double MAX_NORM = 1;

    private final Map<String, NDArray> parameters;
    private final GlobalNormClip clip = new GlobalNormClip(MAX_NORM);
    private final Muon muon;
    private final AdamW adam;

    /** Its state lives in {@code manager}. */
    PictureOptimizer(Map<String, NDArray> parameters, NDManager manager) {
        this.parameters = parameters;
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> others = new LinkedHashMap<>();
        parameters.forEach((name, parameter) ->
                (isLayerMatrix(name, parameter) ? matrices : others).put(name, parameter));
        this.muon = new Muon(matrices, manager, WEIGHT_DECAY);
        this.adam = new AdamW(others, manager, WEIGHT_DECAY, BETA2);
    }

    private static boolean isLayerMatrix(String name, NDArray parameter) {
        return name.contains(".attn_blocks.") && parameter.getShape().dimension() == 2;
    }

    /**
     * Moves all parameters, sets their gradients to zero and returns the gradients' norm before
     * clipping; {@code step} counts from 0.
     */
    double update(long step, double rate) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
        var norm = clip.clip(gradients.values());
        parameters.forEach((name, parameter) -> {
            var gradient = parameter.getGradient();
            if (isLayerMatrix(name, parameter)) {
                muon.update(name, parameter, gradient, rate);
            } else {
                adam.update(name, parameter, gradient, step, rate);
            }
            JniUtils.zeroGrad((PtNDArray) parameter); // libtorch adds to what is there
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
