package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.model.Sight;

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
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class ChunkAttentionTest {
    private static final int WIDTH = 4;
    private static final int PROMPT = 70;
    private static final int ANSWER = 60;

    /** By seed, in turns. */
    private static final List<Vote> VOTES = List.of(Vote.WEIGHTED, Vote.NONE);

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.prepareThread();
    }

    @ParameterizedTest
    @CsvSource({
        "1, F32", "2, F32", "3, F32", "4, F32", "5, F32", "6, F32", "1, I8", "2, I8", "3, I8",
        "4, I8", "5, I8", "6, I8"
    })
    void with_every_chunk_selected_the_logits_are_those_of_dense_attention(
            long seed, ElementType kvType) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = kernels(model, kvType)) {
            var dense = rows(kernels, model, seed, Optional.empty());
            var selecting = rows(kernels, model, seed, Optional.of(settings(seed, 10_000, 1)));

            for (int i = 0; i < dense.size(); i++) {
                assertThat(selecting.get(i)).containsExactly(dense.get(i), within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void with_few_chunks_selected_they_are_not(long vote) throws IOException {
        try (var model = RandomModel.in(folder, 1, ElementType.F32);
                var kernels = kernels(model)) {
            var dense = rows(kernels, model, 1, Optional.empty());
            var selecting = rows(kernels, model, 1, Optional.of(settings(vote, 2, 1)));

            assertThat(selecting.getFirst()).containsExactly(dense.getFirst()); // the prompt's
            assertThat(selecting.getLast()).isNotEqualTo(dense.getLast());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_sequences_selections_do_not_depend_on_its_neighbours(long vote) throws IOException {
        try (var model = RandomModel.in(folder, 2, ElementType.F32);
                var kernels = kernels(model)) {
            var settings = Optional.of(settings(vote, 3, 0.8));
            var alone = rows(kernels, model, 2, settings);
            var store = kernels.newKvStore(Long.MAX_VALUE);
            try (var neighbour = store.allocate(PROMPT + ANSWER).orElseThrow()) {
                var among = rows(kernels, model, 2, settings, Optional.of(neighbour));

                assertThat(among).containsExactlyElementsOf(alone);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_prompt_that_libtorch_took_in_leads_to_the_same_selections(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32)) {
            var adapters = Optional.of(adapters(model.config()));
            var torch = new TorchKernels(model, Devices.cpu(), ElementType.F32, adapters);
            var vector = new VectorKernels(model, WeightType.F32, ElementType.F32, torch, adapters);
            try (var pair = new Paired(torch, vector, 1);
                    var alone = kernels(model)) {
                var settings = Optional.of(settings(seed, 4, 1));
                var together = rows(pair, model, seed, settings);
                var plain = rows(alone, model, seed, settings);

                for (int i = 0; i < plain.size(); i++) {
                    assertThat(together.get(i)).containsExactly(plain.get(i), within(2e-4f));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, F32", "2, F32", "3, F32", "4, F32", "5, F32", "6, F32", "7, F32", "8, F32", "1, I8",
        "2, I8", "3, I8", "4, I8", "5, I8", "6, I8", "7, I8", "8, I8"
    })
    void blocks_of_a_prompt_that_select_every_chunk_see_what_dense_ones_do(
            long seed, ElementType kvType) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var torch = torch(model, kvType)) {
            var selecting = prompt(torch, model, seed, settings(seed, 4, 1).withMostOfPrompt(1000));
            var dense = prompt(torch, model, seed, settings(seed, 4, 1));

            assertThat(selecting).containsExactly(dense, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void blocks_of_a_prompt_select_the_same_chunks_in_both_kernels(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var torch = torch(model);
                var vector = kernels(model)) {
            var settings = settings(seed, 4, 1).withMostOfPrompt(3);
            var fast = prompt(torch, model, seed, settings);
            var plain = prompt(vector, model, seed, settings);
            var dense = prompt(vector, model, seed, settings(seed, 4, 1));

            assertThat(fast).containsExactly(plain, within(2e-4f));
            boolean selects = !model.config().sights().stream().allMatch(Sight::isWindowed);
            assertThat(distance(plain, dense) > 1e-3).isEqualTo(selects);
        }
    }

    /** The logits after a prompt, read in blocks. */
    private static float[] prompt(
            DecoderKernels kernels, ModelDirectory model, long seed, ChunkSettings settings) {
        var adapters = adapters(model.config());
        var logits = new Logits();
        var tokens = new Dice(seed).tokens(PROMPT, model.config().vocabulary());
        try (var cache = kernels.newKvStore(Long.MAX_VALUE).allocate(PROMPT).orElseThrow()) {
            cache.selectWith(new Chunks(settings, WIDTH, adapters.weights()));
            for (int from = 0; from < PROMPT; from += 10) {
                int[] block =
                        tokens.subList(from, from + 10).stream().mapToInt(token -> token).toArray();
                kernels.prefill(cache, block, logits);
            }
            return logits.row(0).clone();
        }
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return sum;
    }

    private static TorchKernels torch(ModelDirectory model) {
        return torch(model, ElementType.F32);
    }

    private static TorchKernels torch(ModelDirectory model, ElementType kvType) {
        return new TorchKernels(
                model,
                Devices.cpu(),
                ElementType.F32,
                kvType,
                Optional.of(adapters(model.config())));
    }

    @Test
    void a_sequence_that_selects_needs_adapters() throws IOException {
        try (var model = RandomModel.in(folder, 1, ElementType.F32);
                var kernels = new VectorKernels(model, WeightType.F32, ElementType.F32)) {
            assertThatThrownBy(() -> rows(kernels, model, 1, Optional.of(settings(1, 2, 1))))
                    .hasMessageContaining("no adapters");
        }
    }

    private static ChunkSettings settings(long seed, int most, double mass) {
        var vote = VOTES.get((int) seed % VOTES.size());
        return new ChunkSettings(
                0.5, 2, 9, 2, most, mass, Keys.MEAN_AND_ENDS, vote, new Triggers(2, 5), 0);
    }

    private static VectorKernels kernels(ModelDirectory model) {
        return kernels(model, ElementType.F32);
    }

    private static VectorKernels kernels(ModelDirectory model, ElementType kvType) {
        return new VectorKernels(
                model,
                WeightType.F32,
                kvType,
                SharedWeights.NONE,
                Optional.of(adapters(model.config())));
    }

    /** For each key and value head, or for each layer; by the model. */
    private static ChunkAdapters adapters(DecoderConfig config) {
        int scorers = config.layers() % 2 == 0 ? config.kvHeads() : 1;
        var random = new SplittableRandom(8);
        var layers =
                IntStream.range(0, config.layers())
                        .mapToObj(layer ->
                                new ChunkAdapters.Layer(
                                        layer,
                                        normals(random, WIDTH * config.queryWidth(), 0.3),
                                        normals(random, 3 * WIDTH * config.kvWidth(), 0.3),
                                        normals(random, scorers, 1)))
                        .toList();
        return new ChunkAdapters(
                config.layers() - 1, normals(random, config.hidden(), 1), 0, WIDTH, layers);
    }

    private static float[] normals(SplittableRandom random, int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static List<float[]> rows(
            DecoderKernels kernels,
            ModelDirectory model,
            long seed,
            Optional<ChunkSettings> settings) {
        return rows(kernels, model, seed, settings, Optional.empty());
    }

    /** The logits after a prompt and after each token of an answer. */
    private static List<float[]> rows(
            DecoderKernels kernels,
            ModelDirectory model,
            long seed,
            Optional<ChunkSettings> settings,
            Optional<KvCache> neighbour) {
        var dice = new Dice(seed);
        int vocabulary = model.config().vocabulary();
        var rows = new ArrayList<float[]>();
        var logits = new Logits();
        var store = kernels.newKvStore(Long.MAX_VALUE);
        try (var cache = store.allocate(PROMPT + ANSWER).orElseThrow()) {
            settings.ifPresent(some ->
                    cache.selectWith(new Chunks(some, WIDTH, adapters(model.config()).weights())));
            kernels.prefill(cache, array(dice.tokens(PROMPT, vocabulary)), logits);
            rows.add(logits.row(0).clone());
            for (int token : dice.tokens(ANSWER, vocabulary)) {
                var steps = new ArrayList<Step>();
                neighbour.ifPresent(other -> steps.add(new Step(other, token % 7)));
                steps.add(new Step(cache, token));
                kernels.decode(steps, logits);
                rows.add(logits.row(steps.size() - 1).clone());
            }
        }
        return rows;
    }

    private static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(token -> token).toArray();
    }
}
