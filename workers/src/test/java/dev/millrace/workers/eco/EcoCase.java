package dev.millrace.workers.eco;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.TestDevice;
import dev.millrace.workers.tensor.Torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** One case: a block, and what the official code computed, learned and differentiated with it. */
final class EcoCase implements AutoCloseable {
    private static final String PREFIX = "blocks.0.attn.";
    private static final String HASH = PREFIX + "fast_attention.";

    final NDManager scope = Torch.newScope(TestDevice.choice());
    final Safetensors numbers;
    private final Map<String, String> facts;

    EcoCase(Path file) {
        numbers = Safetensors.open(file);
        facts = numbers.metadata();
        assertThat(integer("bias")).as("bias").isEqualTo(integer("nbits") + 1);
        assertThat(facts.get("nesterov")).as("nesterov").isEqualTo("True");
    }

    /** The block with the hash that the official code learned, read from official names. */
    EcoAttention block(Path folder, Numerator numerator) {
        var file = folder.resolve("block.safetensors");
        var writer = new SafetensorsWriter();
        for (var name : numbers.names()) {
            if (name.startsWith("param.")) {
                copy(writer, name, PREFIX + name.substring("param.".length()));
            }
        }
        copy(writer, "hash.A", HASH + "ksh.A");
        copy(writer, "hash.mvec", HASH + "ksh.mvec");
        copy(writer, "hash.anchor", HASH + "ksh.anchor");
        writer.add(HASH + "projection_matrix", ElementType.F32, new float[] {0}, 1, 1);
        try {
            writer.writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (var files = Safetensors.open(file)) {
            return EcoAttention.read(scope, files, PREFIX, numerator);
        }
    }

    private void copy(SafetensorsWriter writer, String from, String to) {
        writer.add(to, ElementType.F32, numbers.floats(from), numbers.entry(from).shapeArray());
    }

    HashLearning learning() {
        return new HashLearning(
                integer("topk"), integer("iteration_n"), number("lr"), number("momentum"));
    }

    long[] chosen() {
        return numbers.longs("hash.anchor_index");
    }

    int integer(String key) {
        return Integer.parseInt(fact(key));
    }

    double number(String key) {
        return Double.parseDouble(fact(key));
    }

    private String fact(String key) {
        return Objects.requireNonNull(facts.get(key), key);
    }

    NDArray array(String name) {
        return Tensors.floats(scope, numbers.floats(name), numbers.entry(name).shapeArray());
    }

    void assertClose(String name, NDArray actual, double tolerance) {
        assertThat(actual.getShape().getShape())
                .as("shape of " + name)
                .isEqualTo(numbers.entry(name).shapeArray());
        assertClose(name, actual.toFloatArray(), numbers.floats(name), tolerance);
    }

    /** Within a part of the largest value expected. */
    void assertRelative(String name, NDArray actual, double tolerance) {
        double largest = 0;
        for (float value : numbers.floats(name)) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertClose(name, actual, tolerance * largest);
    }

    /** Row {@code index} of a tensor. */
    void assertRow(String name, int index, float[] actual, double tolerance) {
        float[] all = numbers.floats(name);
        int from = index * actual.length;
        assertThat(all.length)
                .as("values of " + name)
                .isEqualTo(actual.length * numbers.entry(name).shape().getFirst());
        float[] expected = Arrays.copyOfRange(all, from, from + actual.length);
        assertClose(name + "[" + index + "]", actual, expected, tolerance);
    }

    private static void assertClose(
            String what, float[] actual, float[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            double far = Math.abs((double) actual[i] - expected[i]);
            worst = far <= worst ? worst : far; // NaN is far
        }
        assertThat(worst)
                .as("greatest difference of " + what)
                .isLessThanOrEqualTo(tolerance * TestDevice.slack());
    }

    @Override
    public void close() {
        numbers.close();
        scope.close();
    }
}
