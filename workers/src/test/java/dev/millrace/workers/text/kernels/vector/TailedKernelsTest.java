package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whole decoders whose layers keep tails. */
class TailedKernelsTest {
    private static final int TOKENS = 100;
    private static final EcoSettings SHORT = new EcoSettings(11, 2);
    private static final long SEES_ALL = 2; // a model whose layers all do

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private Tailing tailing(ModelDirectory model, EcoSettings settings) throws IOException {
        return new Tailing(
                settings, RandomHashes.planesIn(folder, model.config(), RandomHashes.BITS, 3));
    }

    private static VectorKernels kernels(ModelDirectory model, ElementType type) {
        return new VectorKernels(model, WeightType.F32, type);
    }

    private static KvCache cache(DecoderKernels kernels, Tailing tailing, int capacity) {
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var layout = store.layout().keeping(tailing.settings().rows(), tailing.layers());
        var cache = store.allocate(layout, capacity, tailing.bytes()).orElseThrow();
        cache.keepTails(tailing.newTails());
        return cache;
    }

    /** The logits after a first part of the tokens, and after each of the others. */
    private static List<float[]> rows(DecoderKernels kernels, KvCache cache, long seed, int first) {
        int[] tokens = tokens(seed);
        var rows = new ArrayList<float[]>();
        var logits = new Logits();
        kernels.prefill(cache, IntStream.of(tokens).limit(first).toArray(), logits);
        rows.add(logits.row(0).clone());
        for (int token : IntStream.of(tokens).skip(first).toArray()) {
            kernels.decode(List.of(new Step(cache, token)), logits);
            rows.add(logits.row(0).clone());
        }
        return rows;
    }

    private static int[] tokens(long seed) {
        return new Dice(seed).tokens(TOKENS, 31).stream().mapToInt(token -> token).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1, F32", "2, F32", "3, BF16", "4, I8", "5, F32", "8, I8"})
    void while_nothing_has_left_the_window_all_is_as_without_tails_to_the_bit(
            long seed, ElementType type) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = kernels(model, type);
                var dense = kernels.newKvStore(Long.MAX_VALUE).allocate(TOKENS).orElseThrow()) {
            var wide = tailing(model, new EcoSettings(TOKENS - 2, 2));
            try (var cache = cache(kernels, wide, TOKENS)) {
                var tailed = rows(kernels, cache, seed, 40);
                var whole = rows(kernels, dense, seed, 40);

                for (int i = 0; i < whole.size(); i++) {
                    assertThat(tailed.get(i)).containsExactly(whole.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 8})
    void a_prompt_in_one_go_leads_to_what_it_leads_to_token_by_token(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = kernels(model, ElementType.F32)) {
            var tailing = tailing(model, SHORT);
            try (var one = cache(kernels, tailing, TOKENS);
                    var other = cache(kernels, tailing, TOKENS)) {
                var inBlocks = rows(kernels, one, seed, 77);
                var single = rows(kernels, other, seed, 1);

                for (int i = 0; i < inBlocks.size(); i++) {
                    assertThat(inBlocks.get(i)).containsExactly(single.get(76 + i));
                }
            }
        }
    }

    @Test
    void what_has_left_is_not_forgotten_and_not_seen_as_before() throws IOException {
        try (var model = RandomModel.in(folder, SEES_ALL, ElementType.F32);
                var kernels = kernels(model, ElementType.F32)) {
            var tailing = tailing(model, SHORT);
            int[] tokens = tokens(1);
            int[] others = tokens.clone();
            others[5] = (tokens[5] + 1) % 31; // left long ago, and is no sink
            assertThat(last(kernels, tailing, tokens)).isNotEqualTo(last(kernels, tailing, others));
            assertThat(last(kernels, tailing, tokens))
                    .isNotEqualTo(last(kernels, tailing(model, new EcoSettings(98, 2)), tokens));
        }
    }

    private static float[] last(DecoderKernels kernels, Tailing tailing, int... tokens) {
        var logits = new Logits();
        try (var cache = cache(kernels, tailing, TOKENS)) {
            kernels.prefill(cache, tokens, logits);
            return logits.row(0).clone();
        }
    }

    @Test
    void memory_does_not_grow_with_the_text() throws IOException {
        try (var model = RandomModel.in(folder, SEES_ALL, ElementType.F32);
                var kernels = kernels(model, ElementType.F32)) {
            var tailing = tailing(model, SHORT);
            var store = kernels.newKvStore(Long.MAX_VALUE);
            var layout = store.layout().keeping(SHORT.rows(), tailing.layers());

            assertThat(layout.bytes(100_000)).isEqualTo(layout.bytes(100));
            try (var cache = cache(kernels, tailing, 500)) {
                assertThat(cache.rows(0)).isEqualTo(SHORT.rows());
            }
        }
    }

    @Test
    void where_libtorch_takes_prompts_and_batches_tails_are_computed_by_the_same_kernels()
            throws IOException {
        try (var model = RandomModel.in(folder, SEES_ALL, ElementType.F32);
                var alone = kernels(model, ElementType.F32);
                var paired = paired(model)) {
            var tailing = tailing(model, SHORT);
            try (var one = cache(alone, tailing, TOKENS);
                    var other = cache(paired, tailing, TOKENS)) {
                var expected = rows(alone, one, 1, 50);
                var actual = rows(paired, other, 1, 50);

                for (int i = 0; i < expected.size(); i++) {
                    assertThat(actual.get(i)).containsExactly(expected.get(i));
                }
            }
        }
    }

    /** Libtorch would compute every batch here. */
    private static DecoderKernels paired(ModelDirectory model) {
        var torch =
                new TorchKernels(
                        model, Devices.cpu(), ElementType.F32, ElementType.F32, Optional.empty());
        return new Paired(torch, kernels(model, ElementType.F32), 1);
    }
}
