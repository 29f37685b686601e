package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything a training run needs to go on as if it had never stopped: parameters, the optimiser's moments and the next step.
 * One safetensors file, replaced whole.
 */
public final class Checkpoint {
    private static final String PARAMETER = "parameter.";
    private static final String MEAN = "mean.";
    private static final String SQUARE = "square.";

    private final Path file;
    private final Map<String, String> run;

    /** {@code run} says which run this is; only a checkpoint of the same run can be resumed. */
    public Checkpoint(Path file, Map<String, String> run) {
        this.file = file;
        this.run = Map.copyOf(run);
    }

    public boolean exists() {
        return Files.exists(file);
    }

    /** Saves the state before {@code nextStep}. */
    public void save(Map<String, NDArray> parameters, AdamW optimizer, long nextStep) {
        Map<String, String> metadata = new LinkedHashMap<>(run);
        metadata.put("nextStep", Long.toString(nextStep));
        SafetensorsWriter.write(file, named(parameters, optimizer), metadata, SafetensorsWriter.Storage.F32);
    }

    /** Overwrites the arrays with the saved state and returns the next step. */
    public long restore(Map<String, NDArray> parameters, AdamW optimizer) {
        try (var channel = FileChannel.open(file)) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
            var headerLength = Math.toIntExact(bytes.getLong());
            var header = new byte[headerLength];
            bytes.get(header);
            var entries = new JsonMapper().readTree(new String(header, StandardCharsets.UTF_8));
            requireSameRun(entries.path("__metadata__"));
            var data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
            named(parameters, optimizer).forEach((name, array) -> fill(array, name, entries.path(name), data));
            return entries.path("__metadata__").path("nextStep").asLong();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void requireSameRun(JsonNode metadata) {
        run.forEach(
                (key, expected) -> {
                    var actual = metadata.path(key).asText();
                    if (!actual.equals(expected)) {
                        throw new IllegalArgumentException(
                                "%s is of another run: %s is %s, expected %s".formatted(file, key, actual, expected));
                    }
                });
    }

    private void fill(NDArray array, String name, JsonNode entry, ByteBuffer data) {
        var offsets = entry.path("data_offsets");
        var start = offsets.path(0).asInt();
        var bytes = offsets.path(1).asInt() - start;
        if (bytes != array.size() * Float.BYTES) {
            throw new IllegalArgumentException(
                    "%s: %s must have %d bytes, had %d".formatted(file, name, array.size() * Float.BYTES, bytes));
        }
        var values = new float[Math.toIntExact(array.size())];
        data.slice(start, bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        array.set(values);
    }

    private static Map<String, NDArray> named(Map<String, NDArray> parameters, AdamW optimizer) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        parameters.forEach((name, array) -> named.put(PARAMETER + name, array));
        optimizer.means().forEach((name, array) -> named.put(MEAN + name, array));
        optimizer.squares().forEach((name, array) -> named.put(SQUARE + name, array));
        return named;
    }
}
