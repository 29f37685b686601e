package dev.millrace.workers.image.flow.tarflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.TestDevice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** One case: a model, and what the official code computed with it. */
final class TarFlowCase implements AutoCloseable {
    final Safetensors numbers;
    final TarFlow model;
    private final Map<String, String> facts;

    /** {@code folder} receives the model as a folder of ours. */
    TarFlowCase(Path vectors, Path folder) {
        numbers = Safetensors.open(vectors);
        facts = numbers.metadata();
        try {
            writeFolder(vectors, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        model = TarFlow.open(folder, TestDevice.choice(), ElementType.F32);
    }

    private void writeFolder(Path vectors, Path folder) throws IOException {
        var name = vectors.getFileName().toString().replace(".vectors.safetensors", "");
        Map<String, String> places = new LinkedHashMap<>();
        try (var files = Files.newDirectoryStream(vectors.getParent(), name + ".weights*")) {
            for (var file : files) {
                Files.copy(file, folder.resolve(file.getFileName()));
                try (var shard = Safetensors.open(file)) {
                    shard.names()
                            .forEach(tensor -> places.put(tensor, file.getFileName().toString()));
                }
            }
        }
        write(folder.resolve("model.safetensors.index.json"), Map.of("weight_map", places));
        write(folder.resolve(TarFlowConfig.FILE), config().json());
    }

    private static void write(Path file, Map<String, ?> json) throws IOException {
        Files.writeString(file, new ObjectMapper().writeValueAsString(json));
    }

    private TarFlowConfig config() {
        return new TarFlowConfig(
                new Patches(integer("img_size"), integer("in_channels"), integer("patch_size")),
                integer("channels"),
                integer("num_blocks"),
                integer("layers_per_block"),
                integer("head_dim"),
                integer("num_classes"),
                List.of(),
                number("noise_std"));
    }

    String fact(String key) {
        return Objects.requireNonNull(facts.get(key), key);
    }

    int integer(String key) {
        return Integer.parseInt(fact(key));
    }

    double number(String key) {
        return Double.parseDouble(fact(key));
    }

    List<Integer> integers(String key) {
        return Stream.of(fact(key).replaceAll("[\\[\\] ]", "").split(","))
                .map(Integer::valueOf)
                .toList();
    }

    boolean has(String key) {
        return numbers.contains(key);
    }

    boolean hasClasses() {
        return model.config().classes() > 0;
    }

    float[] floats(String key) {
        return numbers.floats(key);
    }

    /** The labels under that key; none for a model without labels. */
    int[] labels(String key) {
        return hasClasses()
                ? Arrays.stream(numbers.longs(key)).mapToInt(Math::toIntExact).toArray()
                : none();
    }

    int[] none() {
        var none = new int[integer("batch")];
        Arrays.fill(none, -1);
        return none;
    }

    Guidance guidance(double temperature, boolean isAnnealed, Guidance.Target target) {
        return new Guidance(number("guidance"), temperature, isAnnealed, target);
    }

    Guidance annealed() {
        return guidance(number("attn_temp"), true, Guidance.Target.BOTH);
    }

    /** Token by token. */
    Plan sequential() {
        return Plan.uniform(new Sequential(), model.blocks());
    }

    /** Pictures made of noise with the labels of the case, [batch, channels, side, side]. */
    float[] sample(float[] noise, Guidance guidance, Plan plan, SweepListener listener) {
        var request = new Request(noise, labels("y"), guidance, 0);
        var pictures = new FlowSampler(model, plan).sample(request, listener).orElseThrow();
        return joined(pictures);
    }

    static float[] joined(List<float[]> pictures) {
        int values = pictures.getFirst().length;
        var all = new float[pictures.size() * values];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i), 0, all, i * values, values);
        }
        return all;
    }

    float[] cut(float[] pictures) {
        return cut(model, pictures);
    }

    /** Pictures as their tokens, [pictures, tokens, tokenWidth]. */
    static float[] cut(TarFlow model, float[] pictures) {
        var patches = model.patches();
        try (var scope = model.scope().newSubManager()) {
            var whole =
                    Tensors.floats(
                            scope,
                            pictures,
                            pictures.length / patches.values(),
                            patches.channels(),
                            patches.side(),
                            patches.side());
            return patches.cut(whole).toFloatArray();
        }
    }

    void assertClose(String key, float[] actual, double tolerance) {
        assertClose(key, actual, floats(key), tolerance);
    }

    static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            double far = Math.abs(actual[i] - expected[i]);
            worst = far <= worst ? worst : far; // NaN is far
        }
        assertThat(worst)
                .as("greatest difference of " + what)
                .isLessThanOrEqualTo(tolerance * TestDevice.slack());
    }

    @Override
    public void close() {
        model.close();
        numbers.close();
    }
}
