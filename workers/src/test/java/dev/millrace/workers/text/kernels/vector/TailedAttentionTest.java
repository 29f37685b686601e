package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.kv.eco.AnchorHash;
import dev.millrace.workers.text.kv.eco.CodeTables;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.HeadHash;
import dev.millrace.workers.text.kv.eco.PlainHash;
import dev.millrace.workers.text.kv.eco.PlaneHash;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.Rope;
import dev.millrace.workers.text.model.Sight;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Attention with tails beside its twin, which keeps every token. */
class TailedAttentionTest {
    private static final int KV_HEADS = 2;
    private static final int GROUP = 3;
    private static final int BITS = 16;
    private static final int ANCHORS = 25;
    private static final int TOKENS = 90;

    private final SplittableRandom random = new SplittableRandom(12);
    private NDManager manager;

    @BeforeEach
    void prepare() {
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] normals(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static DecoderConfig config(int headDim) {
        return new DecoderConfig(
                1,
                KV_HEADS * GROUP * headDim,
                KV_HEADS * GROUP,
                KV_HEADS,
                headDim,
                8,
                10,
                1e-5,
                new Rope(10_000, new Rope.Unscaled()),
                new DecoderConfig.Extras(false, false, false),
                true,
                1000,
                List.of(Sight.FULL));
    }

    /** A hash and its twin. */
    private record Hashing(HeadHash hash, PlainHash twin) {}

    private Hashing anchors(int headDim) {
        var mean = new float[ANCHORS];
        Arrays.fill(mean, 0.6f);
        var parts =
                new AnchorHash.Parts(
                        normals(ANCHORS * headDim), normals(BITS * ANCHORS), mean, headDim);
        return new Hashing(new AnchorHash(headDim, parts), PlainHash.anchors(headDim, parts));
    }

    private Hashing planes(int headDim) {
        float[] planes = normals(BITS * headDim);
        return new Hashing(new PlaneHash(headDim, planes), PlainHash.planes(headDim, planes));
    }

    private static List<Hashing> several(int count, Supplier<Hashing> one) {
        return Stream.generate(one).limit(count).toList();
    }

    private static List<HeadHash> hashes(List<Hashing> some) {
        return some.stream().map(Hashing::hash).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "8, 12, 3, F32, 1e-5, 0, false",
        "10, 7, 0, F32, 1e-5, 0, false",
        "32, 1, 1, F32, 1e-5, 0, false",
        "16, 200, 4, F32, 1e-5, 0, false",
        "32, 12, 3, BF16, 0.03, 0, false",
        "16, 12, 3, I8, 0.05, 0, false",
        "8, 12, 3, F32, 1e-5, 4, false",
        "10, 7, 0, F32, 1e-5, 1, false",
        "32, 12, 3, BF16, 0.03, 4, false",
        "8, 12, 3, F32, 1e-5, 4, true",
        "10, 7, 0, F32, 1e-5, 0, true",
        "16, 12, 3, I8, 0.05, 4, true"
    })
    void every_token_sees_what_the_twin_sees(
            int headDim,
            int window,
            int sinks,
            ElementType type,
            double tolerance,
            int count,
            boolean isPlanes) {
        var config = config(headDim);
        float[] gates = {-2, 0.5f, -1, 1, -3, 0};
        Supplier<Hashing> one = isPlanes ? () -> planes(headDim) : () -> anchors(headDim);
        var keys = several(KV_HEADS, one);
        var queries = several(KV_HEADS * GROUP, one);
        var tables = tables(count);
        var layer = new EcoHashes.Layer(0, hashes(keys), hashes(queries), tables, gates);
        var tailing =
                new Tailing(new EcoSettings(window, sinks), new EcoHashes(headDim, List.of(layer)));
        var twins =
                IntStream.range(0, queries.size())
                        .mapToObj(head ->
                                new PlainTailed(
                                        tailing.settings(),
                                        keys.get(head / GROUP).twin(),
                                        queries.get(head).twin(),
                                        tables))
                        .toList();
        var attention = new CachedAttention(config, type, Meter.NONE);
        var rows = new Rows(config, 1);
        try (var cache = cache(config, tailing, type)) {
            for (int token = 0; token < TOKENS; token++) {
                fill(rows);
                for (int head = 0; head < config.heads(); head++) {
                    float[] key = row(rows.key, head / GROUP, headDim);
                    twins.get(head).add(key, row(rows.value, head / GROUP, headDim));
                }
                var place = Place.of(cache, 0);

                attention.prepare(0, place, rows, 0);
                attention.attend(0, place, SEEING, rows, 0);

                for (int head = 0; head < config.heads(); head++) {
                    float[] query = row(rows.query, head, headDim);
                    var expected = twins.get(head).attend(query, gates[head]);
                    assertClose(rows.mixed, head * headDim, expected, tolerance);
                }
            }
        }
    }

    /** Each of two neighbouring bits; none of 0. */
    private static Optional<CodeTables> tables(int count) {
        long[] subsets = IntStream.range(0, count).mapToLong(table -> 3L << table).toArray();
        return count == 0 ? Optional.empty() : Optional.of(new CodeTables(8, subsets));
    }

    /** What a layer with tails sees is its own business. */
    private static final Seeing SEEING =
            new Seeing() {
                @Override
                public Spans of(int layer, int list, int row, Place place) {
                    throw new AssertionError("was asked");
                }

                @Override
                public int lists(int layer) {
                    throw new AssertionError("was asked");
                }
            };

    private void fill(Rows rows) {
        for (var some : List.of(rows.query, rows.key, rows.value)) {
            System.arraycopy(normals(some.length), 0, some, 0, some.length);
        }
    }

    private static float[] row(float[] all, int head, int width) {
        return Arrays.copyOfRange(all, head * width, (head + 1) * width);
    }

    private static void assertClose(float[] actual, int at, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[at + i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    private KvCache cache(DecoderConfig config, Tailing tailing, ElementType type) {
        var store =
                new KvStore(
                        manager, new Tensors(manager), KvLayout.of(config, type), Long.MAX_VALUE);
        var layout = store.layout().keeping(tailing.settings().rows(), tailing.layers());
        var cache = store.allocate(layout, TOKENS, tailing.bytes()).orElseThrow();
        cache.keepTails(tailing.newTails());
        return cache;
    }

    @Test
    void tails_cannot_begin_in_the_middle_of_a_text_nor_be_taken_back() {
        var config = config(8);
        var hashes = hashes(several(KV_HEADS, () -> anchors(8)));
        var gates = new float[KV_HEADS * GROUP];
        var layer = EcoHashes.Layer.shared(0, hashes, Optional.empty(), gates);
        var tailing = new Tailing(EcoSettings.USUAL, new EcoHashes(8, List.of(layer)));
        try (var cache = cache(config, tailing, ElementType.F32)) {
            cache.take(3);

            assertThatThrownBy(() -> cache.keepTails(tailing.newTails()))
                    .hasMessage("tails begin with the first token, holds 3");
            assertThatThrownBy(() -> cache.forgetFrom(1))
                    .hasMessage("what has gone into tails cannot be forgotten");
        }
    }
}
