package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything a training run needs to go on as if it had never stopped: parameters, the optimiser's
 * state and the next step. One safetensors file, replaced whole.
 */
public final class Checkpoint {
    private static final String NEXT_STEP = "nextStep";

    private final Path file;
    private final Map<String, String> run;

    /** {@code run} says which run this is; only a checkpoint of the same run can be resumed. */
    public Checkpoint(Path file, Map<String, String> run) {
        this.file = file;
        this.run = Map.copyOf(run);
    }

    /** Saves the state before {@code nextStep}. */
    public void save(Map<String, NDArray> state, long nextStep) {
        Map<String, String> metadata = new LinkedHashMap<>(run);
        metadata.put(NEXT_STEP, Long.toString(nextStep));
        var writer = new SafetensorsWriter().metadata(metadata);
        state.forEach((name, array) ->
                writer.add(
                        name, ElementType.F32, array.toFloatArray(), array.getShape().getShape()));
        try {
            writer.writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Overwrites the arrays with what was saved and returns the next step. */
    public long restore(Map<String, NDArray> state) {
        try (var saved = Safetensors.open(file)) {
            requireSameRun(saved.metadata());
            state.forEach((name, array) -> {
                saved.entry(name, array.getShape().getShape());
                array.set(saved.floats(name));
            });
            return Long.parseLong(saved.metadata().getOrDefault(NEXT_STEP, "0"));
        }
    }

    private void requireSameRun(Map<String, String> metadata) {
        run.forEach((key, expected) -> {
            var actual = metadata.get(key);
            if (!expected.equals(actual)) {
                throw new IllegalArgumentException(
                        "%s is of another run: %s must be %s, was %s"
                                .formatted(file, key, expected, actual));
            }
        });
    }
}
