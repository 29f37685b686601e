package dev.millrace.workers.train.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

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

    private TailParameters calibrated(
            OpenDecoder decoder, int anchors, Optional<TableShape> tables, int... tokens) {
        var config = decoder.config();
        var dense = new DenseAttending(config);
        var recording = new Recording(dense);
        decoder.logits(recording, tokens);
        var layers = new LinkedHashMap<Integer, TailParameters.Layer>();
        recording
                .layers()
                .forEach((index, seen) -> {
                    if (!config.sights().get(index).isWindowed()) {
                        var gates = new FirstGates(dense, SHORT, 2).of(index, seen);
                        layers.put(
                                index,
                                new HeadCalibration(manager, 8, anchors, true, index)
                                        .of(seen, gates));
                    }
                });
        return new TailParameters(layers, tables);
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
    @CsvSource({
        "1, 0, 5", "2, 0, 5", "3, 0, 5", "4, 0, 5", "5, 0, 5", "8, 0, 5", "2, 3, 5", "4, 3, 5",
        "2, 0, 0", "3, 3, 0", "4, 3, 0", "5, 3, 0", "8, 3, 0"
    })
    void what_learns_computes_what_serves(long seed, int tables, int anchors) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var kernels = new VectorKernels(model, WeightType.F32, ElementType.F32)) {
            var decoder = new OpenDecoder(manager, model);
            var shape =
                    tables == 0
                            ? Optional.<TableShape>empty()
                            : Optional.of(new TableShape(tables, 8, 3, 4, seed));
            var parameters = calibrated(decoder, anchors, shape, tokens(seed + 100));
            parameters.write(folder.resolve(EcoHashes.FILE));
            var dense = new DenseAttending(model.config());

            var tailed = new TailedAttending(dense, SHORT, parameters, parameters.likeness());

            var learning = decoder.logits(tailed, tokens(seed));

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

    @ParameterizedTest
    @CsvSource({"false, 5", "true, 5", "true, 0"})
    void lessons_bring_tails_nearer_to_the_decoders_own_attention(boolean hasTables, int anchors)
            throws IOException {
        try (var model = RandomModel.in(folder, 2, ElementType.F32)) {
            var decoder = new OpenDecoder(manager, model);
            var shape = Optional.of(new TableShape(3, 8, 3, 4, 1)).filter(_ -> hasTables);
            var parameters = calibrated(decoder, anchors, shape, tokens(1));
            var lessons = new Lessons(manager, decoder, SHORT, parameters, parameters.expected());
            float apart = lessons.layerLoss(tokens(1)).getFloat();

            lessons.layers(40, () -> tokens(1));

            assertThat(lessons.layerLoss(tokens(1)).getFloat()).isLessThan(apart);
            float divergence = lessons.wholeLoss(tokens(1)).getFloat();

            lessons.whole(40, () -> tokens(1));

            assertThat(lessons.wholeLoss(tokens(1)).getFloat()).isLessThan(divergence);
        }
    }

    @Test
    void what_is_taught_with_tables_is_what_serves_and_has_a_gradient() throws IOException {
        try (var model = RandomModel.in(folder, 2, ElementType.F32)) {
            var decoder = new OpenDecoder(manager, model);
            var shape = Optional.of(new TableShape(3, 8, 3, 4, 1));
            var parameters = calibrated(decoder, 0, shape, tokens(1));
            var serving =
                    new Lessons(manager, decoder, SHORT, parameters, parameters.likeness())
                            .wholeLoss(tokens(2));
            var lessons = new Lessons(manager, decoder, SHORT, parameters, parameters.taught());
            assertThat(lessons.wholeLoss(tokens(2)).getFloat())
                    .isCloseTo(serving.getFloat(), within(1e-5f));
            float divergence = lessons.wholeLoss(tokens(1)).getFloat();

            lessons.whole(60, () -> tokens(1));

            assertThat(lessons.wholeLoss(tokens(1)).getFloat()).isLessThan(divergence);
        }
    }

    @Test
    void tables_have_of_near_tokens_what_is_expected_and_of_far_ones_less() {
        var codes = manager.randomNormal(new Shape(1, 60, 32)).sign();
        var isKept = manager.randomUniform(0, 1, codes.getShape()).gt(0.1);
        var near = codes.mul(isKept.toType(DataType.FLOAT32, false).mul(2).sub(1));
        var shape = new TableShape(64, 32, 6, 1 << 16, 1);

        var expected = new Likeness.Expected(shape).of(codes, near);
        var counted = new Likeness.Counted(shape.tables()).of(codes, near);

        float nearExpected = ofNeighbours(expected);
        assertThat(ofNeighbours(counted)).isCloseTo(nearExpected, within(0.1f * nearExpected));
        assertThat(counted.sum().getFloat()).isLessThan(expected.sum().getFloat());
    }

    /** The sum of the diagonal. */
    private float ofNeighbours(NDArray likenesses) {
        int tokens = (int) likenesses.getShape().get(1);
        return likenesses.squeeze(0).mul(manager.eye(tokens)).sum().getFloat();
    }
}
