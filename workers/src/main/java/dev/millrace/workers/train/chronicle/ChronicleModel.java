package dev.millrace.workers.train.chronicle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The decoder's parameters, its loss and its predictions, computed by one TorchScript text on the
 * device of its manager.
 */
final class ChronicleModel {
    private static final double INITIAL_DEVIATION = 0.02;
    private static final float INITIAL_LOG_SCALE = 0.3f;

    private final ChronicleShape shape;
    private final NDManager manager;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Script script;
    private final Tables tables;

    /**
     * What does not change.
     *
     * @param cosines of the rotary embedding, [context, rotary / 2], as the sines
     * @param logs {@code max(0, ln((i + 1) / 64))}, [context]
     * @param mask which keys of its own block and the one before a query of a local layer sees, [1,
     *     1, window, 2 * window]
     */
    record Tables(NDArray cosines, NDArray sines, NDArray logs, NDArray mask) {}

    /**
     * Parameters start at random values that depend on the seed only; they live in {@code manager}.
     */
    ChronicleModel(ChronicleShape shape, ElementType inner, NDManager manager, long seed) {
        this.shape = shape;
        this.manager = manager;
        var random = new SplittableRandom(seed);
        shape.weights()
                .forEach((name, dimensions) ->
                        parameters.put(name, initial(name, new Shape(dimensions), random)));
        this.script = Script.compile(manager, ChronicleScript.of(shape, inner));
        var angles = new Shape(shape.context(), shape.rotary() / 2);
        this.tables =
                new Tables(
                        manager.create(angles(Math::cos), angles),
                        manager.create(angles(Math::sin), angles),
                        manager.create(logs()),
                        mask());
    }

    private NDArray initial(String name, Shape dimensions, SplittableRandom random) {
        var values = new float[Math.toIntExact(dimensions.size())];
        var residual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
        var deviation = INITIAL_DEVIATION / (residual ? Math.sqrt(2.0 * shape.layers().size()) : 1);
        var constant = name.endsWith("log_scale.weight") ? INITIAL_LOG_SCALE : 1;
        for (var i = 0; i < values.length; i++) {
            values[i] =
                    dimensions.dimension() == 1
                            ? constant
                            : (float) (deviation * random.nextGaussian());
        }
        return manager.create(values, dimensions);
    }

    private float[] angles(DoubleUnaryOperator function) {
        var half = shape.rotary() / 2;
        var values = new float[shape.context() * half];
        for (var i = 0; i < values.length; i++) {
            var frequency = Math.pow(shape.theta(), -(double) (i % half) / half);
            var position = i / half;
            values[i] = (float) function.applyAsDouble(position * frequency);
        }
        return values;
    }

    private float[] logs() {
        var values = new float[shape.context()];
        for (var i = 0; i < values.length; i++) {
            values[i] = (float) Math.max(0, Math.log((i + 1.0) / ChronicleShape.SCALE_FROM));
        }
        return values;
    }

    /** Key j of two blocks lies {@code window + i - j} before query i of the second block. */
    private NDArray mask() {
        var window =
                shape.layers().stream().anyMatch(ChronicleShape.Layer::isLocal)
                        ? shape.window()
                        : 1;
        var visible = new boolean[window * 2 * window];
        for (var i = 0; i < visible.length; i++) {
            var distance = window + i / (2 * window) - i % (2 * window);
            visible[i] = distance >= 0 && distance < window;
        }
        return manager.create(visible, new Shape(1, 1, window, 2L * window));
    }

    ChronicleShape shape() {
        return shape;
    }

    NDManager manager() {
        return manager;
    }

    Tables tables() {
        return tables;
    }

    /** Weights by their name: the live arrays. */
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

    /** The weights in the order that {@link ChronicleScript} expects. */
    NDList weights() {
        return new NDList(List.copyOf(parameters.values()));
    }

    /**
     * Mean negative log-likelihood of the targets, each counted by its weight, in the scope of the
     * caller.
     */
    NDArray loss(ChronicleBatch batch) {
        var dimensions = new Shape(batch.rows(), batch.length());
        var list = new NDList();
        list.add(manager.create(batch.ids(), dimensions));
        list.add(manager.create(batch.targets(), dimensions));
        list.add(manager.create(batch.weights(), dimensions));
        list.add(manager.create(batch.positions(), dimensions));
        list.add(tables.cosines());
        list.add(tables.sines());
        list.add(tables.logs());
        list.add(tables.mask());
        for (var parameter : parameters.values()) {
            parameter.setName("w[]");
            list.add(parameter);
        }
        return script.callDifferentiable(list);
    }

    /** The most likely token after each, [rows * length], in the scope of the caller. */
    long[] predictions(ChronicleBatch batch) {
        var dimensions = new Shape(batch.rows(), batch.length());
        return script.call(
                        manager,
                        "predict",
                        manager.create(batch.ids(), dimensions),
                        manager.create(batch.positions(), dimensions),
                        tables.cosines(),
                        tables.sines(),
                        tables.logs(),
                        tables.mask(),
                        weights())
                .toLongArray();
    }

    /** Keys and values of every layer for one text, in {@code scope}. */
    NDList prefill(NDManager scope, int[] text) {
        var dimensions = new Shape(1, text.length);
        try (var work = scope.newSubManager()) {
            return script.callForList(
                    scope,
                    "prefill",
                    work.create(IntStream.of(text).asLongStream().toArray(), dimensions),
                    work.create(LongStream.range(0, text.length).toArray(), dimensions),
                    tables.cosines(),
                    tables.sines(),
                    tables.logs(),
                    tables.mask(),
                    weights());
        }
    }

    /**
     * The most likely token after each of many rows that all follow the text of a cache, see {@link
     * ChronicleScript#of}.
     */
    long[] predictions(Following rows, NDList cache) {
        try (var work = manager.newSubManager()) {
            return script.call(
                            work,
                            "ask",
                            rows.ids(),
                            rows.positions(),
                            rows.start(),
                            tables.cosines(),
                            tables.sines(),
                            tables.logs(),
                            rows.near(),
                            rows.nearest(),
                            rows.reach(),
                            weights(),
                            cache)
                    .toLongArray();
        }
    }

    /** Rows that follow a text of {@code start} tokens, and what they see. */
    record Following(
            NDArray ids,
            NDArray positions,
            int start,
            NDArray near,
            NDArray nearest,
            NDArray reach) {}
}
