package dev.millrace.bench.arms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Safetensors;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A folder's weights as f32 arrays; matrices stand ready to be multiplied with from the right. */
final class EagerWeights {
    private final Map<String, NDArray> arrays = new HashMap<>();

    /** Loads all; they live in {@code scope}. */
    EagerWeights(NDManager scope, Path folder, Iterable<String> names) {
        try (var files = Safetensors.open(folder)) {
            for (var name : names) {
                var shape = new Shape(files.entry(name).shapeArray());
                arrays.put(name, scope.create(files.floats(name), shape));
            }
        }
    }

    /** As it is in the file. */
    NDArray array(String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    /** x [.., inputs] times a matrix of the file, [outputs, inputs]. */
    NDArray linear(NDArray x, String name) {
        return x.matMul(array(name).transpose());
    }
}
