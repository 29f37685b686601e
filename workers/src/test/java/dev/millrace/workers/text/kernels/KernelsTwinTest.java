package dev.millrace.workers.text.kernels;

import static dev.millrace.workers.text.kernels.Runs.bits;
import static dev.millrace.workers.text.kernels.Runs.pair;
import static dev.millrace.workers.text.kernels.Runs.prefill;
import static dev.millrace.workers.text.kernels.Runs.steps;
import static dev.millrace.workers.text.kernels.Runs.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kernels.eager.EagerKernels;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The fast kernels do what the plain ones do, and each does the same however it is called. */
class KernelsTwinTest {
    /** f32 sums of some dozens of terms, in different orders. */
    private static final float NEAR = 2e-4f;

    /** Of logits of a few units, through heads of 8 or 10 numbers; bf16 is off by up to 0.16. */
    private static final float ROUNDED = 0.4f;

    /** Of two kernels that may round a number in the middle to either side. */
    private static final float NEAR_ROUNDED = 0.02f;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void torch_gives_what_eager_gives_through_blocks_and_ragged_batches(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var eager = new EagerKernels(model);
                var torch = torch(model)) {
            assertThat(script(torch, model, seed))
                    .usingElementComparator(KernelsTwinTest::compareRows)
                    .isEqualTo(script(eager, model, seed));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void a_pair_gives_what_eager_gives_on_both_sides_of_the_crossover(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var eager = new EagerKernels(model)) {
            for (int crossover : new int[] {1, 3, Integer.MAX_VALUE}) {
                try (var pair = pair(model, crossover)) {
                    assertThat(script(pair, model, seed))
                            .usingElementComparator(KernelsTwinTest::compareRows)
                            .isEqualTo(script(eager, model, seed));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void with_keys_and_values_in_int8_logits_stay_near_on_both_sides_of_the_crossover(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var eager = new EagerKernels(model)) {
            var exact = script(eager, model, seed);
            try (var wide = pair(model, 1, ElementType.I8);
                    var narrow = pair(model, Integer.MAX_VALUE, ElementType.I8)) {
                var byTorch = script(wide, model, seed);
                var byVector = script(narrow, model, seed);
                for (int i = 0; i < exact.size(); i++) {
                    assertThat(byTorch.get(i)).containsExactly(exact.get(i), within(ROUNDED));
                    assertThat(byVector.get(i))
                            .containsExactly(byTorch.get(i), within(NEAR_ROUNDED));
                }
            }
        }
    }

    @Test
    void libtorch_lends_its_matrices_as_they_are_stored() throws IOException {
        try (var model = RandomModel.in(folder, 1, ElementType.F32);
                var torch = torch(model)) {
            for (var tensor : model.tensors().all()) {
                if (tensor.shape().size() == 2) {
                    var lent = torch.matrix(tensor.name(), ElementType.F32).orElseThrow();
                    var stored = model.weights().floats(tensor.name());

                    assertThat(lent.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(stored);
                }
            }
            assertThat(torch.matrix(model.tensors().embedding().name(), ElementType.BF16))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_prompt_taken_in_blocks_leads_to_what_it_leads_to_in_one(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = torch(model)) {
            var prompt = new Dice(seed).tokens(23, model.config().vocabulary());

            assertThat(lastRow(kernels, prompt, 7))
                    .containsExactly(lastRow(kernels, prompt, 23), within(NEAR));
        }
    }

    /** What a taken-over stream relies on: not close, the same bits. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void replaying_tokens_through_decode_alone_gives_the_same_bits_whoever_else_runs(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32)) {
            replayGivesTheSameBits(new Alone(torch(model)), model, seed);
            replayGivesTheSameBits(pair(model, Integer.MAX_VALUE), model, seed);
            replayGivesTheSameBits(pair(model, Integer.MAX_VALUE, ElementType.I8), model, seed);
        }
    }

    private static void replayGivesTheSameBits(
            DecoderKernels opened, ModelDirectory model, long seed) {
        try (var kernels = opened) {
            var dice = new Dice(seed);
            var prompt = dice.tokens(19, model.config().vocabulary());
            var said = dice.tokens(12, model.config().vocabulary());
            var others = List.of(dice.tokens(3, model.config().vocabulary()), prompt);

            assertThat(rows(kernels, prompt, said, others))
                    .containsExactlyElementsOf(rows(kernels, prompt, said, List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void tokens_prefilled_instead_of_replayed_give_other_bits(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = torch(model)) {
            var dice = new Dice(seed);
            var prompt = dice.tokens(19, model.config().vocabulary());
            var said = dice.tokens(12, model.config().vocabulary());
            var all = new ArrayList<>(prompt);
            all.addAll(said);

            assertThat(bits(lastRow(kernels, all, 128)))
                    .isNotEqualTo(rows(kernels, prompt, said, List.of()).getLast());
        }
    }

    /** Three sequences, prompts in blocks, decoded together with one joining late. */
    private static List<float[]> script(DecoderKernels kernels, ModelDirectory model, long seed) {
        var dice = new Dice(seed);
        int vocabulary = model.config().vocabulary();
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var caches = IntStream.range(0, 3).mapToObj(_ -> store.allocate(64).orElseThrow()).toList();
        var seen = new ArrayList<float[]>();
        for (int i = 0; i < 3; i++) {
            seen.add(prefill(kernels, caches.get(i), dice.tokens(5 + 9 * i, vocabulary), 8));
        }
        var logits = new Logits();
        for (int step = 0; step < 6; step++) {
            var running = caches.subList(0, step < 3 ? 2 : 3);
            var tokens = dice.tokens(running.size(), vocabulary);
            kernels.decode(steps(running, tokens), logits);
            for (int i = 0; i < running.size(); i++) {
                seen.add(logits.row(i).clone());
            }
        }
        caches.forEach(KvCache::close);
        return seen;
    }

    /** The bits of the logits after the prompt and after each said token. */
    private static List<List<Integer>> rows(
            DecoderKernels kernels,
            List<Integer> prompt,
            List<Integer> said,
            List<List<Integer>> others) {
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var caches = new ArrayList<KvCache>();
        caches.add(store.allocate(64).orElseThrow());
        var seen = new ArrayList<List<Integer>>();
        seen.add(bits(prefill(kernels, caches.getFirst(), prompt, 8)));
        for (var other : others) {
            caches.add(store.allocate(64).orElseThrow());
            prefill(kernels, caches.getLast(), other, 8);
        }
        var logits = new Logits();
        for (int token : said) {
            kernels.decode(
                    steps(caches, java.util.Collections.nCopies(caches.size(), token)), logits);
            seen.add(bits(logits.row(0)));
        }
        caches.forEach(KvCache::close);
        return seen;
    }

    private static float[] lastRow(DecoderKernels kernels, List<Integer> prompt, int block) {
        try (var cache = kernels.newKvStore(Long.MAX_VALUE).allocate(prompt.size()).orElseThrow()) {
            return prefill(kernels, cache, prompt, block);
        }
    }

    private static int compareRows(float[] a, float[] b) {
        boolean isNear =
                a.length == b.length
                        && IntStream.range(0, a.length)
                                .allMatch(i -> Math.abs(a[i] - b[i]) <= NEAR);
        return isNear ? 0 : 1;
    }
}
