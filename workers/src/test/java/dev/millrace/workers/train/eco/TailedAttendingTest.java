package dev.millrace.workers.train.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kernels.eager.EagerKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/** What learns beside what serves, and lessons beside what was before them. */
class TailedAttendingTest {
    private static final int TOKENS = 60;
    private static final EcoSettings SHORT = new EcoSettings(9, 2);

    @TempDir private Path folder;
    private NDManager manager;

    @BeforeEach
    void prepare() {
        Torch.useThreads(1);
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static int[] tokens(long seed) {
        return new Dice(seed).tokens(TOKENS, 31).stream().mapToInt(token -> token).toArray();
    }

    private TailParameters calibrated(OpenDecoder decoder, int... tokens) {
        var config = decoder.config();
        var dense = new DenseAttending(config);
        var recording = new Recording(dense);
        decoder.logits(recording, tokens);
        var layers = new LinkedHashMap<Integer, TailParameters.Layer>();
        recording
                .layers()
                .forEach((index, seen) -> {
                    if (!config.sights().get(index).isWindowed()) {
                        var gates = new FirstGates(dense, SHORT, 8).of(index, seen);
                        layers.put(
                                index, new HeadCalibration(manager, 8, 5, index).of(seen, gates));
                    }
                });
        return new TailParameters(layers);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 8})
    void an_open_decoder_computes_what_the_plain_one_does(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var eager = new EagerKernels(model);
                var cache = eager.newKvStore(Long.MAX_VALUE).allocate(TOKENS).orElseThrow()) {
            var decoder = new OpenDecoder(manager, model);

            var logits = decoder.logits(new DenseAttending(model.config()), tokens(seed));

            assertThat(logits.toFloatArray())
                    .containsExactly(eager.trace(cache, tokens(seed)).logits(), within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 8})
    void what_learns_computes_what_serves(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = new VectorKernels(model, WeightType.F32, ElementType.F32)) {
            var decoder = new OpenDecoder(manager, model);
            var parameters = calibrated(decoder, tokens(seed + 100));
            parameters.write(folder.resolve(EcoHashes.FILE));
            var dense = new DenseAttending(model.config());

            var learning =
                    decoder.logits(new TailedAttending(dense, SHORT, parameters), tokens(seed));

            float[] all = learning.toFloatArray();
            var logits = new Logits();
            int vocabulary = model.config().vocabulary();
            try (var cache = cache(kernels, model)) {
                int at = 0;
                for (int token : tokens(seed)) {
                    kernels.decode(List.of(new Step(cache, token)), logits);
                    assertThat(logits.row(0))
                            .as("token %d", at)
                            .containsExactly(
                                    Arrays.copyOfRange(all, at * vocabulary, (at + 1) * vocabulary),
                                    within(2e-4f));
                    at++;
                }
            }
        }
    }

    private KvCache cache(VectorKernels kernels, ModelDirectory model) {
        var hashes = EcoHashes.read(folder.resolve(EcoHashes.FILE), model.config());
        var tailing = new Tailing(SHORT, hashes);
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var layout = store.layout().keeping(SHORT.rows(), tailing.layers());
        var cache = store.allocate(layout, TOKENS, 0).orElseThrow();
        cache.keepTails(tailing.newTails());
        return cache;
    }

    @Test
    void lessons_bring_tails_nearer_to_the_decoders_own_attention() throws IOException {
        try (var model = RandomModel.in(folder, 2, ElementType.F32)) {
            var decoder = new OpenDecoder(manager, model);
            var parameters = calibrated(decoder, tokens(1));
            var lessons = new Lessons(manager, decoder, SHORT, parameters);
            float apart = lessons.layerLoss(tokens(1)).getFloat();

            lessons.layers(40, () -> tokens(1));

            assertThat(lessons.layerLoss(tokens(1)).getFloat()).isLessThan(apart);
            float divergence = lessons.wholeLoss(tokens(1)).getFloat();

            lessons.whole(40, () -> tokens(1));

            assertThat(lessons.wholeLoss(tokens(1)).getFloat()).isLessThan(divergence);
        }
    }
}
