package dev.millrace.workers.text.kv.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.Rope;
import dev.millrace.workers.text.model.Sight;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hashes that fit a model, or one line that says what in their file is wrong. */
class EcoHashesTest {
    private static final DecoderConfig CONFIG =
            new DecoderConfig(
                    3,
                    32,
                    4,
                    2,
                    8,
                    8,
                    10,
                    1e-5,
                    new Rope(10_000, new Rope.Unscaled()),
                    new DecoderConfig.Extras(false, false, false),
                    true,
                    1000,
                    List.of(Sight.FULL, new Sight(9, true, 0), Sight.FULL));

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        RandomHashes.in(folder, CONFIG);
    }

    private EcoHashes read() {
        return EcoHashes.read(folder.resolve(EcoHashes.FILE), CONFIG);
    }

    @Test
    void layers_that_see_everything_have_a_hash_for_each_key_head_and_a_gate_for_each_query_head() {
        var hashes = read();

        assertThat(hashes.layers()).extracting(EcoHashes.Layer::index).containsExactly(0, 2);
        assertThat(hashes.layers()).allMatch(layer -> layer.keys().size() == 2);
        assertThat(hashes.layers())
                .extracting(EcoHashes.Layer::queries)
                .allSatisfy(queries -> {
                    assertThat(queries).hasSize(4);
                    assertThat(queries.get(0)).isSameAs(queries.get(1));
                    assertThat(queries.get(1)).isNotSameAs(queries.get(2));
                });
        assertThat(hashes.layers()).allMatch(layer -> layer.gates().length == 4);
        assertThat(hashes.layers().getFirst().keys().getFirst().bits())
                .isEqualTo(RandomHashes.BITS);
    }

    @Test
    void a_layer_may_name_tables() throws IOException {
        RandomHashes.in(folder, CONFIG, RandomHashes.BITS, 3);

        var tables = read().layers().getFirst().tables().orElseThrow();

        assertThat(tables.count()).isEqualTo(3);
        assertThat(tables.buckets()).isEqualTo(16);
        assertThat(tables.bucket(0, 0b01)).isEqualTo(tables.bucket(0, 0b00)); // bits 1, 3, 5, ...
        assertThat(tables.bucket(0, 0b10)).isNotEqualTo(tables.bucket(0, 0b00));
        assertThat(read().layers().getFirst().newTail(0, 8)).isInstanceOf(TableTail.class);
    }

    @Test
    void queries_may_have_planes_of_their_own() throws IOException {
        RandomHashes.planesIn(folder, CONFIG, RandomHashes.BITS, 3);

        var layers = read().layers();

        assertThat(layers).extracting(EcoHashes.Layer::index).containsExactly(0, 2);
        assertThat(layers).allMatch(layer -> layer.keys().size() == 2);
        assertThat(layers).allMatch(layer -> layer.queries().stream().distinct().count() == 4);
        assertThat(layers.getFirst().keys()).allMatch(hash -> hash.bits() == RandomHashes.BITS);
    }

    @Test
    void planes_that_do_not_fit_are_refused() throws IOException {
        int bits = RandomHashes.BITS;
        refusesPlanes("key_planes", "shape must be [2, bits, headDim], was [4, 11, 8]", 4, bits, 8);
        refusesPlanes("key_planes", "shape must be [2, 11, 8], was [2, 11, 7]", 2, bits, 7);
        refusesPlanes("key_planes", "bits must be 1..64, were 65", 2, 65, 8);
        refusesPlanes("query_planes", "shape must be [4, 11, 8], was [2, 11, 8]", 2, bits, 8);
    }

    private void refusesPlanes(String part, String complaint, long... shape) throws IOException {
        RandomHashes.planesIn(folder, CONFIG, RandomHashes.BITS, 3);
        replace("layers.2." + part, 0, shape);
        assertThatThrownBy(this::read)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(EcoHashes.FILE + ": tensor layers.2." + part)
                .hasMessageContaining(complaint);
    }

    @Test
    void tables_that_do_not_fit_are_refused() throws IOException {
        refuses("tables", "shape must be [tables, 11], was [3, 10]", 0, 3, 10);
        refuses("tables", "tables must be 1..64, were 65", 0, 65, RandomHashes.BITS);
        RandomHashes.in(folder, CONFIG, RandomHashes.BITS, 3);
        replace("layers.2.buckets", 3, 1);
        assertThatThrownBy(this::read)
                .hasMessageEndingWith(
                        "tensor layers.2.tables: buckets must be a power of two, 2..65536, were 3");
    }

    @Test
    void tensors_of_another_shape_are_refused() throws IOException {
        int bits = RandomHashes.BITS;
        int anchors = RandomHashes.ANCHORS;
        refuses("anchors", "shape must be [2, 9, 8], was [2, 9, 7]", 0, 2, anchors, 7);
        refuses("mean", "shape must be [2, 9], was [2, 8]", 0, 2, 8);
        refuses("sigma", "shape must be [2], was [1]", 1, 1);
        refuses("gate", "shape must be [4], was [2]", 0, 2);
        refuses("vectors", "shape must be [2, bits, anchors], was [4, 11, 9]", 0, 4, bits, anchors);
        refuses("vectors", "bits must be 1..64, were 65", 0, 2, 65, anchors);
        refuses("vectors", "shape must be [2, bits, anchors], was [2, 99]", 0, 2, 99);
    }

    @Test
    void values_that_make_no_codes_are_refused() throws IOException {
        refuses("sigma", "values must be positive, one is 0.0", 0, 2);
        refuses("sigma", "values must be finite, one is NaN", Float.NaN, 2);
        refuses("mean", "values must be finite, one is Infinity", Float.POSITIVE_INFINITY, 2, 9);
    }

    @Test
    void a_layer_that_forgets_anyway_has_no_tail() throws IOException {
        replace("layers.1.vectors", 0, 2, 3, 4);

        assertThatThrownBy(this::read)
                .hasMessageEndingWith(
                        "tensor layers.1.vectors: the layer sees a window of its own, it has no"
                                + " tail");
    }

    @Test
    void a_file_without_hashes_is_refused() throws IOException {
        new SafetensorsWriter()
                .add("gate", ElementType.F32, new float[1], 1)
                .writeTo(folder.resolve(EcoHashes.FILE));

        assertThatThrownBy(this::read)
                .isInstanceOf(BadModelException.class)
                .hasMessageEndingWith("eco.safetensors: has hashes for no layer");
    }

    private void refuses(String part, String complaint, float value, long... shape)
            throws IOException {
        RandomHashes.in(folder, CONFIG, RandomHashes.BITS, 3);
        replace("layers.2." + part, value, shape);
        assertThatThrownBy(this::read)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(EcoHashes.FILE + ": tensor layers.2." + part)
                .hasMessageContaining(complaint);
    }

    /** Writes the file anew, one tensor changed: all zeros but for its first number. */
    private void replace(String name, float first, long... shape) throws IOException {
        int size = 1;
        for (long extent : shape) {
            size *= (int) extent;
        }
        var values = new float[size];
        values[0] = first;
        var file = folder.resolve(EcoHashes.FILE);
        var writer = new SafetensorsWriter().add(name, ElementType.F32, values, shape);
        try (var tensors = Safetensors.open(file)) {
            for (var other : tensors.names()) {
                if (!other.equals(name)) {
                    var entry = tensors.entry(other);
                    writer.add(other, ElementType.F32, tensors.floats(other), entry.shapeArray());
                }
            }
        }
        writer.writeTo(file);
    }
}
