package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ResNetConfig;
import dev.millrace.workers.tensor.WeightTable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Random weights to begin with, the same for a seed, about as CLIP's authors choose them. */
final class FirstWeights {
    private final NDManager manager;
    private final SplittableRandom random;

    /** They live in {@code manager}. */
    FirstWeights(NDManager manager, long seed) {
        this.manager = manager;
        this.random = new SplittableRandom(seed);
    }

    Map<String, NDArray> of(ClipConfig config) {
        return all(
                config.weights(),
                weight ->
                        weight.name().equals("logit_scale")
                                ? config.logitScale()
                                : constant(weight.name()),
                weight -> deviation(weight, config));
    }

    /** Each block is at first no more than its shortcut. */
    Map<String, NDArray> of(ResNetConfig config) {
        return all(
                config.weights(),
                weight ->
                        weight.name().endsWith("bn3.weight") && weight.name().contains("layer")
                                ? 0
                                : constant(weight.name()),
                FirstWeights::deviation);
    }

    /** Of norms, biases and statistics; not a number for all that is random. */
    private static double constant(String name) {
        if (name.endsWith(".bias") || name.endsWith(".running_mean")) {
            return 0;
        }
        boolean isGain =
                name.endsWith(".running_var")
                        || name.matches(".*(norm\\d?|layrnorm|\\.bn\\d|downsample\\.1)\\.weight");
        return isGain ? 1 : Double.NaN;
    }

    private static double deviation(WeightTable.Weight weight, ClipConfig config) {
        var name = weight.name();
        if (name.endsWith("token_embedding.weight")) {
            return 0.02;
        }
        if (name.endsWith("position_embedding.weight")) {
            return 0.02;
        }
        boolean isLast = name.endsWith("out_proj.weight") || name.endsWith("fc2.weight");
        int layers =
                name.startsWith("text")
                        ? config.text().tower().layers()
                        : config.vision().tower().layers();
        return deviation(weight) / (isLast ? Math.sqrt(2.0 * layers) : 1);
    }

    /** One by the root of what is added up; of kernels whose half is cut off, of half of it. */
    private static double deviation(WeightTable.Weight weight) {
        long[] shape = weight.shapeArray();
        double inputs = 1;
        for (int i = shape.length == 1 ? 0 : 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        return Math.sqrt((shape.length == 4 ? 2 : 1) / inputs);
    }

    private Map<String, NDArray> all(
            WeightTable table,
            ToDoubleFunction<WeightTable.Weight> constant,
            ToDoubleFunction<WeightTable.Weight> deviation) {
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (var weight : table.all()) {
            var shape = new Shape(weight.shapeArray());
            var values = new float[Math.toIntExact(shape.size())];
            double same = constant.applyAsDouble(weight);
            if (Double.isNaN(same)) {
                double width = deviation.applyAsDouble(weight);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (width * random.nextGaussian());
                }
            } else {
                Arrays.fill(values, (float) same);
            }
            all.put(weight.name(), manager.create(values, shape));
        }
        return all;
    }
}
