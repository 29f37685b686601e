package dev.millrace.workers.text.kernels;

import static dev.millrace.workers.text.kernels.Runs.array;
import static dev.millrace.workers.text.kernels.Runs.bits;
import static dev.millrace.workers.text.kernels.Runs.pair;
import static dev.millrace.workers.text.kernels.Runs.prefill;
import static dev.millrace.workers.text.kernels.Runs.steps;
import static dev.millrace.workers.text.kernels.Runs.torch;
import static dev.millrace.workers.text.kernels.Runs.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.PromptBlocks;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the kernels of a pair keep in one cache, in each type, and find there again. */
class SharedCacheTest {
    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void both_sides_of_a_pair_keep_the_same_int8_rows(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var torch = torch(model, ElementType.I8);
                var vector = vector(model, torch, ElementType.I8);
                var ofTorch = torch.newKvStore(1 << 20).allocate(23).orElseThrow();
                var ofVector = torch.newKvStore(1 << 20).allocate(23).orElseThrow()) {
            var prompt = new Dice(seed).tokens(23, model.config().vocabulary());
            prefill(torch, ofTorch, prompt, 8);
            prefill(vector, ofVector, prompt, 8);

            int width = Float.BYTES + model.config().headDim();
            var some = Tensors.memory(ofTorch.keys(0));
            var others = Tensors.memory(ofVector.keys(0));
            assertThat(some.byteSize()).isEqualTo(others.byteSize());
            for (long row = 0; row < some.byteSize(); row += width) {
                assertThat(ElementType.F32.floatAt(some.asSlice(row), 0))
                        .isCloseTo(
                                ElementType.F32.floatAt(others.asSlice(row), 0),
                                withinPercentage(0.01));
                for (int i = Float.BYTES; i < width; i++) {
                    assertThat(ElementType.I8.longAt(some, row + i))
                            .isCloseTo(ElementType.I8.longAt(others, row + i), within(1L));
                }
            }
        }
    }

    /** Windows of 1, 5 or 9 positions, which 31 tokens pass several times. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void after_tokens_were_forgotten_the_next_ones_have_the_same_bits(long seed)
            throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32)) {
            forgetsAndSaysTheSame(model, seed, ElementType.F32);
            forgetsAndSaysTheSame(model, seed, ElementType.BF16);
            forgetsAndSaysTheSame(model, seed, ElementType.I8);
        }
    }

    private static void forgetsAndSaysTheSame(ModelDirectory model, long seed, ElementType kvType) {
        try (var kernels = pair(model, 2, kvType)) {
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
        try (var model = RandomModel.in(folder, seed, ElementType.F32)) {
            copiesAndSaysTheSame(model, seed, ElementType.F32);
            copiesAndSaysTheSame(model, seed, ElementType.I8);
        }
    }

    private static void copiesAndSaysTheSame(ModelDirectory model, long seed, ElementType kvType) {
        try (var kernels = pair(model, Integer.MAX_VALUE, kvType)) {
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
            int width = model.config().headDim();
            holdsWhatWasReserved(model, ElementType.F32, 4L * width);
            holdsWhatWasReserved(model, ElementType.BF16, 2L * width);
            holdsWhatWasReserved(model, ElementType.I8, 4L + width);
        }
    }

    private static void holdsWhatWasReserved(
            ModelDirectory model, ElementType type, long bytesOfARow) {
        var config = model.config();
        long rows =
                config.sights().stream()
                        .mapToLong(sight -> sight.isWindowed() ? sight.window() : 100)
                        .sum();
        long bytes = 2 * rows * config.kvHeads() * bytesOfARow;
        try (var kernels = torch(model, type)) {
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
}
