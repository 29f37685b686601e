package dev.millrace.workers.text.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kernels.eager.EagerKernels;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.PromptBlocks;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The fast kernels do what the plain ones do, and each does the same however it is called. */
class KernelsTwinTest {
    /** f32 sums of some dozens of terms, in different orders. */
    private static final float NEAR = 2e-4f;

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

    /** Windows of 1, 5 or 9 positions, which 31 tokens pass several times. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void after_tokens_were_forgotten_the_next_ones_have_the_same_bits(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = pair(model, 2)) {
            var dice = new Dice(seed);
            int vocabulary = model.config().vocabulary();
            var store = kernels.newKvStore(Long.MAX_VALUE);
            try (var cache = store.allocateForgetting(64, 12).orElseThrow();
                    var other = store.allocate(64).orElseThrow()) {
                prefill(kernels, cache, dice.tokens(31, vocabulary), 8);
                prefill(kernels, other, dice.tokens(4, vocabulary), 8);
                var said = dice.tokens(12, vocabulary);
                var first = decodeAloneThenTogether(kernels, cache, other, said);
                cache.forgetFrom(31);
                prefill(kernels, cache, dice.tokens(9, vocabulary), 8);
                cache.forgetFrom(31);

                assertThat(decodeAloneThenTogether(kernels, cache, other, said)).isEqualTo(first);
            }
        }
    }

    /** The last bits; half of the tokens go through one side of a pair, half through the other. */
    private static List<Integer> decodeAloneThenTogether(
            DecoderKernels kernels, KvCache cache, KvCache other, List<Integer> tokens) {
        var logits = new Logits();
        for (int i = 0; i < tokens.size(); i++) {
            var caches = i < tokens.size() / 2 ? List.of(cache) : List.of(cache, other);
            kernels.decode(steps(caches, List.of(tokens.get(i), 0)), logits);
        }
        return bits(logits.row(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void a_prompt_that_begins_with_kept_blocks_leads_to_the_same_bits(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = pair(model, Integer.MAX_VALUE)) {
            var store = kernels.newKvStore(1 << 20);
            var tokens = array(new Dice(seed).tokens(30, model.config().vocabulary()));
            var prompt = PromptBlocks.of(new PromptBlocks.Origin("ann", false), tokens, 4);
            try (var prefixes = new PrefixCache(store, 1 << 20);
                    var computed = store.allocate(34).orElseThrow();
                    var copied = store.allocate(64).orElseThrow()) {
                var first = afterBlocks(kernels, prefixes, computed, prompt, tokens);
                assertThat(prefixes.copyInto(copied, prompt, 100)).isEqualTo(28);

                assertThat(afterBlocks(kernels, prefixes, copied, prompt, tokens)).isEqualTo(first);
            }
        }
    }

    /** Computes what is missing of a prompt, and four tokens; the last bits. */
    private static List<Integer> afterBlocks(
            DecoderKernels kernels,
            PrefixCache prefixes,
            KvCache cache,
            PromptBlocks prompt,
            int... tokens) {
        var logits = new Logits();
        for (int from = cache.length(); from < tokens.length; from += prompt.size()) {
            int to = Math.min(tokens.length, from + prompt.size());
            kernels.prefill(cache, Arrays.copyOfRange(tokens, from, to), logits);
            if (to - from == prompt.size()) {
                prefixes.keep(cache, prompt, Optional.empty());
            }
        }
        for (int i = 0; i < 4; i++) {
            kernels.decode(List.of(new Step(cache, i)), logits);
        }
        return bits(logits.row(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void caches_hold_the_bytes_that_were_reserved(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.BF16)) {
            holdsWhatWasReserved(model, ElementType.F32);
            holdsWhatWasReserved(model, ElementType.BF16);
        }
    }

    private static void holdsWhatWasReserved(ModelDirectory model, ElementType type) {
        var config = model.config();
        long rows =
                config.sights().stream()
                        .mapToLong(sight -> sight.isWindowed() ? sight.window() : 100)
                        .sum();
        long bytes = 2 * rows * config.kvWidth() * type.bytes();
        try (var kernels = new TorchKernels(model, Devices.cpu(), type)) {
            var store = kernels.newKvStore(1 << 20);
            try (var cache = store.allocate(100).orElseThrow()) {
                long held = 0;
                for (int layer = 0; layer < config.layers(); layer++) {
                    held += cache.keys(layer).size() + cache.values(layer).size();
                }
                assertThat(held * type.bytes()).isEqualTo(bytes);
                assertThat(store.usedBytes()).isEqualTo(bytes);
            }
            assertThat(store.usedBytes()).isZero();
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

    private static List<Step> steps(List<KvCache> caches, List<Integer> tokens) {
        return IntStream.range(0, caches.size())
                .mapToObj(i -> new Step(caches.get(i), tokens.get(i)))
                .toList();
    }

    private static float[] lastRow(DecoderKernels kernels, List<Integer> prompt, int block) {
        try (var cache = kernels.newKvStore(Long.MAX_VALUE).allocate(prompt.size()).orElseThrow()) {
            return prefill(kernels, cache, prompt, block);
        }
    }

    private static float[] prefill(
            DecoderKernels kernels, KvCache cache, List<Integer> prompt, int block) {
        var logits = new Logits();
        for (int from = 0; from < prompt.size(); from += block) {
            var part = prompt.subList(from, Math.min(prompt.size(), from + block));
            kernels.prefill(cache, array(part), logits);
        }
        return logits.row(0).clone();
    }

    private static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> bits(float... row) {
        return IntStream.range(0, row.length).mapToObj(i -> Float.floatToIntBits(row[i])).toList();
    }

    private static int compareRows(float[] a, float[] b) {
        boolean isNear =
                a.length == b.length
                        && IntStream.range(0, a.length)
                                .allMatch(i -> Math.abs(a[i] - b[i]) <= NEAR);
        return isNear ? 0 : 1;
    }

    private static Paired pair(ModelDirectory model, int crossover) {
        var torch = torch(model);
        var vector =
                new VectorKernels(model, WeightType.F32, ElementType.F32, torch, Optional.empty());
        return new Paired(torch, vector, crossover);
    }

    private static TorchKernels torch(ModelDirectory model) {
        return new TorchKernels(model, Devices.cpu(), ElementType.F32);
    }
}
