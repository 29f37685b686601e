package dev.millrace.workers.segment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.TestDevice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * One golden case: what went into the official code, what came out of it, and how far off one may
 * be. It knows which of the tensors that came out have been compared.
 */
public final class Expected implements AutoCloseable {
    private final Path folder;
    private final Safetensors inputs;
    private final Safetensors outputs;
    private final JsonNode manifest;
    private final Set<String> compared = new TreeSet<>();

    /**
     * @param prefix of the names of the case's files, often empty
     * @param manifest the file that states tolerances and settings
     */
    public Expected(Path folder, String prefix, String manifest) {
        this.folder = folder;
        this.inputs = Safetensors.open(folder.resolve(prefix + "inputs.safetensors"));
        this.outputs = Safetensors.open(folder.resolve(prefix + "expected.safetensors"));
        this.manifest = json(folder.resolve(manifest));
    }

    public static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A case's config; a missing one is empty. */
    public static JsonNode config(Path folder) {
        var file = folder.resolve("config.json");
        return Files.exists(file) ? json(file) : MissingNode.getInstance();
    }

    public Path folder() {
        return folder;
    }

    public JsonNode manifest() {
        return manifest;
    }

    public Safetensors inputs() {
        return inputs;
    }

    public Safetensors outputs() {
        return outputs;
    }

    /** An input as a tensor of floats. */
    public NDArray input(NDManager scope, String name) {
        return Tensors.floats(scope, inputs.floats(name), inputs.entry(name).shapeArray());
    }

    /** Integers [rows, columns]; one row for one dimension. */
    public long[][] rows(String name) {
        long[] flat = inputs.longs(name);
        var shape = inputs.entry(name).shapeArray();
        int length = Math.toIntExact(shape[shape.length - 1]);
        var rows = new long[flat.length / length][length];
        for (int i = 0; i < flat.length; i++) {
            rows[i / length][i % length] = flat[i];
        }
        return rows;
    }

    public boolean has(String name) {
        return outputs.contains(name);
    }

    /** Names of all outputs that begin so. */
    public List<String> named(String start) {
        return outputs.names().stream().filter(name -> name.startsWith(start)).toList();
    }

    public void assertClose(String name, NDArray actual) {
        assertThat(actual.getShape().getShape())
                .as("shape of " + name)
                .isEqualTo(outputs.entry(name).shapeArray());
        assertClose(name, actual.toFloatArray());
    }

    public void assertClose(String name, float[] actual) {
        var tolerance = tolerance(name);
        assertClose(
                name, actual, tolerance.path("atol").asDouble(), tolerance.path("rtol").asDouble());
    }

    public void assertClose(String name, float[] actual, double absolute, double relative) {
        float[] expected = outputs.floats(name);
        compared.add(name);
        assertThat(actual).as(name).hasSameSizeAs(expected);
        double slack = TestDevice.slack();
        for (int i = 0; i < actual.length; i++) {
            double far = Math.abs(actual[i] - expected[i]);
            double allowed = slack * (absolute + relative * Math.abs(expected[i]));
            if (!(far <= allowed)) { // NaN is far
                throw new AssertionError(
                        "%s[%d] must be %s within %s, was %s"
                                .formatted(name, i, expected[i], allowed, actual[i]));
            }
        }
    }

    public void assertEqual(String name, long... actual) {
        compared.add(name);
        assertThat(actual).as(name).containsExactly(outputs.longs(name));
    }

    /** Says that a tensor was compared in a way of its own. */
    public void wasCompared(String name) {
        compared.add(name);
    }

    /** The tolerance of a name, or of the longest pattern with stars that it fits. */
    private JsonNode tolerance(String name) {
        var tolerances = manifest.path("tolerances");
        var fitting = new ArrayList<String>();
        tolerances
                .fieldNames()
                .forEachRemaining(pattern -> {
                    if (name.matches(pattern.replace(".", "\\.").replace("*", ".*"))) {
                        fitting.add(pattern);
                    }
                });
        var best = fitting.stream().max(Comparator.comparingInt(String::length)).orElse("default");
        var found = tolerances.path(best);
        assertThat(found.isObject()).as("a tolerance for " + name).isTrue();
        return Objects.requireNonNull(found);
    }

    /** Fails if there is a tensor that nothing was compared with. */
    public void assertAllCompared() {
        var left = new TreeSet<>(outputs.names());
        left.removeAll(compared);
        assertThat(left).as("tensors of %s that nothing was compared with", folder).isEmpty();
    }

    @Override
    public void close() {
        inputs.close();
        outputs.close();
    }
}
