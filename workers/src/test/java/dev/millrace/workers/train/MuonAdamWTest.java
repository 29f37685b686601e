package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

class MuonAdamWTest {
    private static final double DECAY = 0.1;
    private static final double BETA2 = 0.95;
    private static final double RATE = 0.01;
    private static final Map<String, Shape> SHAPES =
            Map.of(
                    "a.matrix", new Shape(6, 4),
                    "b.matrix", new Shape(6, 4),
                    "c.matrix", new Shape(4, 6),
                    "d.matrix", new Shape(5, 5),
                    "table", new Shape(7, 3),
                    "classes", new Shape(3, 1, 4),
                    "gain", new Shape(4),
                    "bias", new Shape(9));

    /** All at once is the fast twin of one after the other. */
    @Test
    void three_steps_are_those_of_clip_and_muon_and_adam_one_after_the_other() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager()) {
            var fast = parameters(manager);
            var slow = parameters(manager);
            var optimizer = new MuonAdamW(fast, manager, MuonAdamWTest::isMatrix, DECAY, BETA2);
            var twin = new Twin(slow, manager);

            for (int step = 0; step < 3; step++) {
                differentiate(fast, step);
                differentiate(slow, step);
                float norm = optimizer.update(step, RATE).toFloatArray()[0];
                assertThat(norm).isCloseTo((float) twin.update(step), within(1e-4f));
            }

            fast.forEach((name, parameter) ->
                    assertThat(parameter.toFloatArray())
                            .as(name)
                            .containsExactly(floats(slow, name), within(1e-5f))
                            .isNotEqualTo(floats(parameters(manager), name)));
            assertThat(fast.values())
                    .allSatisfy(parameter ->
                            assertThat(parameter.getGradient().abs().sum().toFloatArray()[0])
                                    .isZero());
        }
    }

    @Test
    void without_matrices_or_without_gains_it_moves_what_there_is() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager()) {
            Map<String, NDArray> table = new LinkedHashMap<>();
            table.put("table", Objects.requireNonNull(parameters(manager).get("table")));
            float[] before = floats(table, "table");
            var optimizer = new MuonAdamW(table, manager, _ -> false, DECAY, BETA2);

            differentiate(table, 0);
            optimizer.update(0, RATE);

            assertThat(floats(table, "table")).isNotEqualTo(before);
        }
    }

    private static boolean isMatrix(String name) {
        return name.endsWith(".matrix");
    }

    private static float[] floats(Map<String, NDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name).toFloatArray();
    }

    private static Map<String, NDArray> parameters(NDManager manager) {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        SHAPES.keySet().stream()
                .sorted()
                .forEach(name -> parameters.put(name, random(manager, name, 1)));
        parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
        return parameters;
    }

    private static NDArray random(NDManager manager, String name, long seed) {
        var shape = Objects.requireNonNull(SHAPES.get(name), name);
        var random = new SplittableRandom(Seeds.mix(seed, name.hashCode()));
        var values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, shape);
    }

    /** Gradients of squared distances from somewhere else at each step. */
    private static void differentiate(Map<String, NDArray> parameters, long step) {
        var manager = parameters.values().iterator().next().getManager();
        try (var collector = Engine.getInstance().newGradientCollector()) {
            NDArray loss = manager.zeros(new Shape());
            for (var parameter : parameters.entrySet()) {
                var goal = random(manager, parameter.getKey(), 7 + step);
                loss = loss.add(parameter.getValue().sub(goal).square().sum());
            }
            collector.backward(loss);
        }
    }

    private static final class Twin {
        private final Map<String, NDArray> parameters;
        private final Map<String, NDArray> matrices = new LinkedHashMap<>();
        private final Map<String, NDArray> others = new LinkedHashMap<>();
        private final Muon muon;
        private final AdamW adam;

        Twin(Map<String, NDArray> parameters, NDManager manager) {
            this.parameters = parameters;
            parameters.forEach(
                    (name, parameter) -> (isMatrix(name) ? matrices : others).put(name, parameter));
            this.muon = new Muon(matrices, manager, DECAY);
            this.adam = new AdamW(others, manager, DECAY, BETA2);
        }

        double update(long step) {
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
            double norm = new GlobalNormClip(1).clip(gradients.values());
            gradients.forEach((name, gradient) -> {
                var parameter = Objects.requireNonNull(parameters.get(name));
                if (matrices.containsKey(name)) {
                    muon.update(name, parameter, gradient, RATE);
                } else {
                    adam.update(name, parameter, gradient, step, RATE);
                }
                gradient.muli(0);
            });
            return norm;
        }
    }
}
