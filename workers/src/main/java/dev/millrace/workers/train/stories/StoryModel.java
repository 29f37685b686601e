package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * The decoder's parameters and its loss, computed by one TorchScript text in training mode.
 *
 * <p>Pre-norm Llama: RMSNorm, rotary embedding (half-split), grouped-query attention, SwiGLU, tied
 * embeddings.
 */
final class StoryModel {
    private static final double INITIAL_DEVIATION = 0.02;

    private final StoryShape shape;
    private final NDManager manager;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Script script;
    private final NDArray cosines;
    private final NDArray sines;

    /**
     * Parameters start at random values that depend on the seed only; they live in {@code manager}.
     */
    StoryModel(StoryShape shape, NDManager manager, long seed) {
        this.shape = shape;
        this.manager = manager;
        var random = new SplittableRandom(seed);
        shape.weights()
                .forEach((name, dimensions) ->
                        parameters.put(name, initial(name, new Shape(dimensions), random)));
        this.script = Script.compile(manager, StoryScript.loss(shape));
        this.cosines =
                manager.create(angles(Math::cos), new Shape(shape.context(), shape.headDim() / 2));
        this.sines =
                manager.create(angles(Math::sin), new Shape(shape.context(), shape.headDim() / 2));
    }

    private NDArray initial(String name, Shape dimensions, SplittableRandom random) {
        var values = new float[Math.toIntExact(dimensions.size())];
        var residual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
        var deviation = INITIAL_DEVIATION / (residual ? Math.sqrt(2.0 * shape.layers()) : 1);
        for (var i = 0; i < values.length; i++) {
            values[i] =
                    dimensions.dimension() == 1 ? 1 : (float) (deviation * random.nextGaussian());
        }
        return manager.create(values, dimensions);
    }

    private float[] angles(DoubleUnaryOperator function) {
        var half = shape.headDim() / 2;
        var values = new float[shape.context() * half];
        for (var i = 0; i < values.length; i++) {
            var frequency = Math.pow(StoryShape.THETA, -(double) (i % half) / half);
            var position = i / half;
            values[i] = (float) function.applyAsDouble(position * frequency);
        }
        return values;
    }

    StoryShape shape() {
        return shape;
    }

    /** Weights by their Hugging Face name: the live arrays. */
    Map<String, NDArray> parameters() {
        return parameters;
    }

    /** Takes over the weights of a model folder. */
    void load(Path folder) {
        try (var files = Safetensors.open(folder)) {
            parameters.forEach((name, parameter) -> {
                files.entry(name, parameter.getShape().getShape());
                parameter.set(files.floats(name));
            });
        }
    }

    /** The weights in the order that {@link StoryScript} expects. */
    NDList weights() {
        return new NDList(List.copyOf(parameters.values()));
    }

    /** Cosines of the rotary embedding, [context, headDim / 2]. */
    NDArray cosines() {
        return cosines;
    }

    /** Sines of the rotary embedding, [context, headDim / 2]. */
    NDArray sines() {
        return sines;
    }

    /**
     * Mean negative log-likelihood of the targets, each counted by its weight, in the scope of the
     * caller.
     */
    NDArray loss(StoryBatch batch) {
        var length = batch.length();
        var list = new NDList();
        list.add(manager.create(batch.ids(), new Shape(batch.rows(), length)));
        list.add(manager.create(batch.targets(), new Shape(batch.rows(), length)));
        list.add(manager.create(batch.weights(), new Shape(batch.rows(), length)));
        list.add(cosines.get("0:" + length));
        list.add(sines.get("0:" + length));
        for (var parameter : parameters.values()) {
            parameter.setName("w[]");
            list.add(parameter);
        }
        return script.callDifferentiable(list);
    }
}
