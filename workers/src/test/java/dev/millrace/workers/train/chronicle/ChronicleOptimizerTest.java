package dev.millrace.workers.train.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.GlobalNormClip;
import dev.millrace.workers.train.Muon;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Split;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class ChronicleOptimizerTest {
    private static final Chronicle CHRONICLE = new Chronicle();
    private static final ChronicleShape SHAPE =
            new ChronicleShape(
                    CHRONICLE.vocabulary().size(),
                    16,
                    2,
                    1,
                    24,
                    256,
                    8,
                    1e4,
                    8,
                    List.of(
                            new ChronicleShape.Layer(true, true),
                            new ChronicleShape.Layer(false, false)));

    /** All at once is the fast twin of one after the other. */
    @Test
    void three_steps_are_those_of_clip_and_muon_and_adam_one_after_the_other() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager()) {
            var fast = model(manager);
            var slow = model(manager);
            var optimizer = new ChronicleOptimizer(fast.parameters(), manager);
            var twin = new Twin(slow.parameters(), manager);

            for (var step = 0; step < 3; step++) {
                differentiate(fast, step);
                differentiate(slow, step);
                var norm = optimizer.update(step, 0.01).toFloatArray()[0];
                assertThat(norm).isCloseTo((float) twin.update(step), within(1e-4f));
            }

            fast.parameters()
                    .forEach((name, parameter) ->
                            assertThat(parameter.toFloatArray())
                                    .as(name)
                                    .containsExactly(
                                            floats(slow.parameters(), name), within(1e-4f)));
            assertThat(fast.parameters().values())
                    .allSatisfy(parameter ->
                            assertThat(parameter.getGradient().abs().sum().toFloatArray()[0])
                                    .isZero());
        }
    }

    private static float[] floats(Map<String, NDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name).toFloatArray();
    }

    private static ChronicleModel model(NDManager manager) {
        var model = new ChronicleModel(SHAPE, ElementType.F32, manager, 1);
        model.parameters().values().forEach(parameter -> parameter.setRequiresGradient(true));
        return model;
    }

    private static void differentiate(ChronicleModel model, long seed) {
        var batch =
                ChronicleBatch.texts(
                        CHRONICLE,
                        Split.TRAIN,
                        seed,
                        new ChronicleBatch.Size(2, 64),
                        5,
                        SHAPE.context());
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(model.loss(batch));
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
            parameters.forEach((name, parameter) ->
                    (name.endsWith("_proj.weight") ? matrices : others).put(name, parameter));
            this.muon = new Muon(matrices, manager, 0.1);
            this.adam = new AdamW(others, manager, 0.1);
        }

        double update(long step) {
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
            var norm = new GlobalNormClip(1).clip(gradients.values());
            gradients.forEach((name, gradient) -> {
                var parameter = Objects.requireNonNull(parameters.get(name));
                if (matrices.containsKey(name)) {
                    muon.update(name, parameter, gradient, 0.01);
                } else {
                    adam.update(name, parameter, gradient, step, 0.01);
                }
                gradient.muli(0);
            });
            return norm;
        }
    }
}
