package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class VectorKernelsTest {
    private static final int[] PROMPT = IntStream.range(3, 48).toArray();

    @BeforeEach
    void prepareThread() {
        Torch.prepareThread();
    }

    @ParameterizedTest
    @CsvSource({
        "F32, F32",
        "BF16, F32",
        "INT8, F32",
        "F32, BF16",
        "BF16, BF16",
        "INT8, BF16",
        "F32, I8",
        "BF16, I8",
        "INT8, I8"
    })
    void a_sequences_logits_are_the_same_bits_in_any_company_and_by_any_path(
            WeightType type, ElementType kvType) {
        try (var model =
                        ModelDirectory.open(
                                Goldens.casesWith("golden.safetensors").getFirst(), Decoders.ALL);
                var kernels = new VectorKernels(model, type, kvType)) {
            float[] alone = afterPromptAndOneToken(kernels, 0);
            float[] among = afterPromptAndOneToken(kernels, 6);
            float[] tokenByToken = tokenByToken(kernels);

            assertThat(among).containsExactly(alone);
            assertThat(tokenByToken).containsExactly(alone);
        }
    }

    private static float[] afterPromptAndOneToken(VectorKernels kernels, int neighbours) {
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var logits = new Logits();
        var steps = new ArrayList<Step>();
        for (int i = 0; i <= neighbours; i++) {
            var cache = store.allocate(PROMPT.length + 1).orElseThrow();
            int[] prompt = i == neighbours ? PROMPT : new int[] {i + 1, 2, i};
            kernels.prefill(cache, prompt, logits);
            steps.add(new Step(cache, i == neighbours ? 5 : i));
        }
        kernels.decode(steps, logits);
        float[] row = logits.row(neighbours).clone();
        steps.forEach(step -> step.sequence().close());
        return row;
    }

    private static float[] tokenByToken(VectorKernels kernels) {
        var logits = new Logits();
        try (var cache =
                kernels.newKvStore(Long.MAX_VALUE).allocate(PROMPT.length + 1).orElseThrow()) {
            for (int token : PROMPT) {
                kernels.decode(List.of(new Step(cache, token)), logits);
            }
            kernels.decode(List.of(new Step(cache, 5)), logits);
            return logits.row(0).clone();
        }
    }
}
