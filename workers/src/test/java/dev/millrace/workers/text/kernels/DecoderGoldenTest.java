package dev.millrace.workers.text.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.TestDevice;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.eager.EagerKernels;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All kernels against Hugging Face's transformers, in f32, on every golden folder.
 *
 * <p>Logits and hidden states agree within 2e-4 + 1e-4 |b|: ten times what four implementations of
 * the same sums differ by, and a fiftieth of what a wrong epsilon, rotation, head mapping or scale
 * does. Greedy tokens are equal.
 */
class DecoderGoldenTest {
    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1); // tiny matrices on shared cores
        Torch.prepareThread();
    }

    static Stream<Arguments> casesAndKernels() {
        return Goldens.casesWith("golden.safetensors").stream()
                .flatMap(path ->
                        Stream.of("eager", "torch", "vector")
                                .map(kernels -> Arguments.of(path, kernels)));
    }

    static List<Path> cases() {
        return Goldens.casesWith("golden.safetensors");
    }

    @ParameterizedTest
    @MethodSource("casesAndKernels")
    void each_row_has_the_references_hidden_states_and_logits(Path path, String name) {
        forEachRow(
                path,
                name,
                (golden, row, kernels) -> {
                    int[] prompt = golden.prompt(row);
                    try (var sequence = golden.newSequence(kernels, prompt.length)) {
                        var seen = kernels.trace(sequence, prompt);

                        golden.assertRow(row, "hidden.embed", seen.embedding());
                        for (int layer = 0; layer < seen.layers().size(); layer++) {
                            golden.assertRow(row, "hidden.layer" + layer, seen.layers().get(layer));
                        }
                        golden.assertRow(row, "hidden.final_norm", seen.finalNorm());
                        golden.assertRow(row, "logits", seen.logits());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("casesAndKernels")
    void greedy_decoding_with_the_cache_chooses_the_references_tokens(Path path, String name) {
        forEachRow(
                path,
                name,
                (golden, row, kernels) -> {
                    int[] expected = golden.greedy(row);
                    var logits = new Logits();
                    var chosen = new ArrayList<Integer>();
                    try (var sequence =
                            golden.newSequence(
                                    kernels, golden.prompt(row).length + expected.length)) {
                        kernels.prefill(sequence, golden.prompt(row), logits);
                        for (int step = 0; step < expected.length; step++) {
                            golden.assertGreedyLogits(row, step, logits.row(0));
                            chosen.add(best(logits.row(0)));
                            kernels.decode(List.of(new Step(sequence, chosen.getLast())), logits);
                        }
                    }
                    assertThat(chosen)
                            .containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
                });
    }

    @ParameterizedTest
    @MethodSource("casesAndKernels")
    void rows_of_different_lengths_decode_in_one_batch_as_the_reference_does(
            Path path, String name) {
        try (var golden = new DecoderCase(path);
                var kernels = kernels(name, golden.model)) {
            var rows = IntStream.range(0, golden.rows).boxed().toList();
            var sequences =
                    rows.stream()
                            .map(row ->
                                    golden.newSequence(
                                            kernels, golden.prompt(row).length + golden.steps))
                            .toList();
            var tokens =
                    rows.stream()
                            .map(row -> prefill(kernels, sequences.get(row), golden.prompt(row)))
                            .toList();
            var logits = new Logits();
            for (int step = 0; step < golden.steps; step++) {
                for (int row : rows) {
                    assertThat(tokens.get(row))
                            .as("row %d, step %d", row, step)
                            .isEqualTo(golden.greedy(row)[step]);
                }
                var before = tokens;
                var batch =
                        rows.stream()
                                .map(row -> new Step(sequences.get(row), before.get(row)))
                                .toList();
                kernels.decode(batch, logits);
                tokens = rows.stream().map(row -> best(logits.row(row))).toList();
            }
            sequences.forEach(KvCache::close);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rotary_frequencies_are_the_references(Path path) {
        try (var golden = new DecoderCase(path)) {
            var config = golden.model.config();
            float[] frequencies = config.rope().inverseFrequencies(config.headDim());
            float[] expected = golden.numbers.floats("rope.inv_freq");

            assertThat(frequencies).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) frequencies[i] / expected[i])
                        .as("pair %d", i)
                        .isBetween(1 - 1e-6, 1 + 1e-6);
            }
        }
    }

    /**
     * bf16 sums are not the reference's: the direction of the logits is, and that is all that is
     * claimed.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void logits_computed_in_bf16_point_where_the_references_do(Path path) {
        try (var golden = new DecoderCase(path);
                var kernels =
                        new TorchKernels(golden.model, TestDevice.choice(), ElementType.BF16);
                var sequence = golden.newSequence(kernels, golden.prompt(0).length)) {
            float[] logits = kernels.trace(sequence, golden.prompt(0)).logits();

            assertThat(cosine(logits, golden.expected(0, "logits"))).isGreaterThan(0.999);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logits_of_rounded_weights_point_where_the_references_do(Path path) {
        forRounded(path, WeightType.BF16, ElementType.F32);
        forRounded(path, WeightType.INT8, ElementType.F32);
        forRounded(path, WeightType.BF16, ElementType.BF16);
        forRounded(path, WeightType.BF16, ElementType.I8);
    }

    private static void forRounded(Path path, WeightType type, ElementType kvType) {
        try (var golden = new DecoderCase(path);
                var kernels = new VectorKernels(golden.model, type, kvType);
                var sequence = golden.newSequence(kernels, golden.prompt(0).length)) {
            float[] logits = kernels.trace(sequence, golden.prompt(0)).logits();

            assertThat(cosine(logits, golden.expected(0, "logits")))
                    .as("weights in %s, keys and values in %s", type, kvType)
                    .isGreaterThan(0.999);
        }
    }

    private static int prefill(DecoderKernels kernels, KvCache sequence, int... prompt) {
        var logits = new Logits();
        kernels.prefill(sequence, prompt, logits);
        return best(logits.row(0));
    }

    private interface RowTest {
        void run(DecoderCase golden, int row, DecoderKernels kernels);
    }

    private static void forEachRow(Path path, String name, RowTest test) {
        try (var golden = new DecoderCase(path);
                var kernels = kernels(name, golden.model)) {
            for (int row = 0; row < golden.rows; row++) {
                test.run(golden, row, kernels);
            }
        }
    }

    private static DecoderKernels kernels(String name, ModelDirectory model) {
        return switch (name) {
            case "eager" -> new EagerKernels(model);
            case "torch" -> new TorchKernels(model, TestDevice.choice(), ElementType.F32);
            default -> new VectorKernels(model, WeightType.F32, ElementType.F32);
        };
    }

    private static int best(float... row) {
        return IntStream.range(0, row.length).reduce(0, (a, b) -> row[b] > row[a] ? b : a);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squareA * squareB);
    }
}
