package dev.millrace.workers.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kernels.RandomAdapters;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a model's folder offers, or one line that says what in it is wrong. */
class AttentionsTest {
    @TempDir private Path folder;
    private ModelDirectory model;

    @BeforeEach
    void writeModel() throws IOException {
        model = RandomModel.in(folder, 3, ElementType.F32);
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void manifest(String json) throws IOException {
        Files.writeString(folder.resolve("millrace.json"), json);
    }

    private void adapters() throws IOException {
        RandomAdapters.in(folder, model.config());
    }

    private Attentions onCpu() {
        return Attentions.of(model, true);
    }

    @Test
    void a_folder_without_adapters_offers_softmax_alone() throws IOException {
        manifest("{}");

        assertThat(onCpu().offered()).containsExactly(Attention.SOFTMAX);
        assertThat(onCpu().offers(Attention.CHUNK)).isFalse();
        assertThat(onCpu().look(Attention.AUTO)).isEqualTo(new Look.Whole());
    }

    @Test
    void a_folder_with_adapters_uses_them_unless_it_says_otherwise() throws IOException {
        adapters();

        manifest("{}");
        assertThat(onCpu().offered()).containsExactly(Attention.CHUNK, Attention.SOFTMAX);
        assertThat(onCpu().look(Attention.AUTO)).isInstanceOf(Look.Selected.class);
        manifest("{\"attention\": \"chunk\"}");
        assertThat(onCpu().offered()).containsExactly(Attention.CHUNK, Attention.SOFTMAX);
        manifest("{\"attention\": \"softmax\"}");
        assertThat(onCpu().offered()).containsExactly(Attention.SOFTMAX, Attention.CHUNK);
        assertThat(onCpu().look(Attention.AUTO)).isEqualTo(new Look.Whole());
        assertThat(onCpu().look(Attention.CHUNK)).isInstanceOf(Look.Selected.class);
        assertThat(onCpu().look(Attention.SOFTMAX)).isEqualTo(new Look.Whole());
    }

    @Test
    void chunk_without_adapters_is_refused_with_the_command_that_makes_them() throws IOException {
        manifest("{\"attention\": \"chunk\"}");

        assertThatThrownBy(this::onCpu)
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll(
                        "millrace.json",
                        "chunk-adapters.safetensors",
                        "millrace train chunk-adapters --model " + folder);
    }

    @Test
    void on_a_gpu_adapters_are_passed_over_and_chunk_by_name_is_refused() throws IOException {
        adapters();

        manifest("{}");
        assertThat(Attentions.of(model, false).offered()).containsExactly(Attention.SOFTMAX);
        manifest("{\"attention\": \"chunk\"}");
        assertThatThrownBy(() -> Attentions.of(model, false)).hasMessageContaining("on a GPU");
    }

    @Test
    void a_folder_with_hashes_offers_eco_last_unless_it_names_it() throws IOException {
        hashes();
        manifest("{}");
        assertThat(onCpu().offered()).containsExactly(Attention.SOFTMAX, Attention.ECO);
        assertThat(onCpu().look(Attention.AUTO)).isEqualTo(new Look.Whole());
        assertThat(onCpu().look(Attention.ECO)).isInstanceOf(Look.Tailed.class);
        adapters();
        assertThat(onCpu().offered())
                .containsExactly(Attention.CHUNK, Attention.SOFTMAX, Attention.ECO);
        manifest("{\"attention\": \"eco\", \"eco\": {\"window\": 20, \"sinks\": 0}}");
        assertThat(onCpu().offered())
                .containsExactly(Attention.ECO, Attention.CHUNK, Attention.SOFTMAX);
        assertThat(onCpu().tailing().orElseThrow().settings()).isEqualTo(new EcoSettings(20, 0));
        assertThat(Attentions.of(folder("{}"), false).offered()).containsExactly(Attention.SOFTMAX);
    }

    private ModelDirectory folder(String json) throws IOException {
        manifest(json);
        return model;
    }

    private void hashes() throws IOException {
        RandomHashes.in(folder, model.config());
    }

    @Test
    void eco_without_hashes_or_on_a_gpu_is_refused() throws IOException {
        manifest("{\"attention\": \"eco\"}");

        assertThatThrownBy(this::onCpu)
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll(
                        "attention is eco, which needs eco.safetensors in this folder",
                        "millrace train eco --model " + folder);
        hashes();
        assertThatThrownBy(() -> Attentions.of(model, false)).hasMessageContaining("on a GPU");
    }

    @Test
    void a_window_larger_than_the_context_is_refused_where_something_would_use_it()
            throws IOException {
        manifest("{\"context_limit\": 100}");
        try (var narrow = ModelDirectory.open(folder, Decoders.ALL)) {
            assertThat(Attentions.of(narrow, true).offered()).containsExactly(Attention.SOFTMAX);
            hashes();
            assertThatThrownBy(() -> Attentions.of(narrow, true))
                    .isInstanceOf(BadModelException.class)
                    .hasMessageEndingWith(
                            "millrace.json: eco.window of 256 and eco.sinks of 4 must not be larger"
                                    + " than the context of 100 tokens");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    {"attention": "flash"}               | attention must be softmax, chunk or eco, was "flash"
                    {"attention": "auto"}                | attention must be softmax, chunk or eco, was "auto"
                    {"attention": 1}                     | attention must be a string, was 1
                    {"chunk": "fast"}                    | chunk must be one of [best, paper], was "fast"
                    {"chunk": 7}                         | chunk must be a string, was 7
                    {"chunk": {"preset": "fast"}}        | chunk.preset must be one of [best, paper], was "fast"
                    {"chunk": {"top": 3}}                | chunk.top is not known; expected any of [preset, threshold
                    {"chunk": {"most": -1}}              | chunk.most must be an integer of at least 0, was -1
                    {"chunk": {"most": 2.5}}             | chunk.most must be an integer of at least 0, was 2.5
                    {"chunk": {"threshold": 2}}          | chunk.threshold must be between 0 and 1, was 2.0
                    {"chunk": {"shortest": 99}}          | chunk.shortest must be at least 1 and at most longest, were 99 and 64
                    {"chunk": {"mass": 0}}               | chunk.mass must be in (0, 1], was 0.0
                    {"chunk": {"keys": "FIRST"}}         | chunk.keys must be one of [last, mean, mean_and_ends], was "FIRST"
                    {"chunk": {"vote": "loud"}}          | chunk.vote must be one of [count, weighted, none], was "loud"
                    {"eco": {"windw": 3}}                | eco.windw is not known; expected any of [window, sinks]
                    {"eco": {"window": 0}}               | eco.window must be a positive integer, was 0
                    {"eco": {"window": 512}}             | eco.window of 512 and eco.sinks of 4 must not be larger than the context of 512 tokens
                    {"eco": {"sinks": -1}}               | eco.sinks must be an integer of at least 0, was -1
                    {"eco": "best"}                      | eco.must be a JSON object
                    """)
    void a_wrong_value_is_named_with_its_file_also_where_no_adapters_are(
            String json, String complaint) throws IOException {
        manifest(json);

        assertThatThrownBy(this::onCpu)
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("millrace.json: ", complaint);
    }

    @Test
    void settings_are_a_preset_and_what_is_changed_of_it() throws IOException {
        adapters();

        manifest("{}");
        assertThat(settings()).isEqualTo(ChunkSettings.BEST);
        RandomAdapters.in(folder, model.config(), Keys.LAST);
        manifest("{\"chunk\": \"paper\"}");
        assertThat(settings()).isEqualTo(ChunkSettings.PAPER);
        manifest("{\"chunk\": {\"preset\": \"paper\", \"keys\": \"mean\"}}");
        assertThat(settings()).isEqualTo(ChunkSettings.PAPER.with(Keys.MEAN));
        adapters();
        manifest("{\"chunk\": {\"most\": 7, \"every\": 3, \"dense_below\": 0}}");
        assertThat(settings().most()).isEqualTo(7);
        assertThat(settings().triggers().every()).isEqualTo(3);
        assertThat(settings().denseBelow()).isZero();
        assertThat(settings().mass()).isEqualTo(ChunkSettings.BEST.mass());
    }

    private ChunkSettings settings() {
        return onCpu().selecting().map(Selecting::settings).orElseThrow();
    }

    @Test
    void adapters_of_another_model_are_refused_with_the_tensor_and_both_shapes()
            throws IOException {
        int hidden = model.config().hidden();
        new SafetensorsWriter()
                .add("boundary.weight", ElementType.F32, new float[hidden + 1], 1, hidden + 1)
                .writeTo(folder.resolve(ChunkAdapters.FILE));

        assertThatThrownBy(this::onCpu)
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll(
                        ChunkAdapters.FILE,
                        "tensor boundary.weight: shape must be %s, was %s"
                                .formatted(List.of(1, hidden), List.of(1, hidden + 1)));
    }

    @Test
    void a_layers_adapter_that_does_not_fit_is_named_too() throws IOException {
        adapters();
        int width = model.config().kvWidth();
        replace("layers.0.key.weight", new float[4 * (width + 2)], 4, width + 2);

        assertThatThrownBy(this::onCpu)
                .hasMessageContaining(
                        "tensor layers.0.key.weight: shape must be %s, was %s"
                                .formatted(List.of(4, width), List.of(4, width + 2)));
    }

    @Test
    void keys_that_the_adapters_were_not_made_for_are_refused() throws IOException {
        adapters();
        manifest("{\"chunk\": \"paper\"}");

        assertThatThrownBy(this::onCpu)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(
                        "tensor layers.0.key.weight: keys of kind LAST need 4 rows, it has 12");
    }

    @Test
    void scorers_are_a_layer_or_its_key_heads() throws IOException {
        adapters();
        replace("layers.0.weight", new float[17], 17);

        assertThatThrownBy(this::onCpu)
                .hasMessageContaining(
                        "tensor layers.0.weight: must have 1 value or one for each of the model's"
                                + " %d key heads, has 17".formatted(model.config().kvHeads()));
    }

    @Test
    void adapters_that_are_no_numbers_are_refused() throws IOException {
        adapters();
        replace("boundary.bias", new float[] {Float.NaN}, 1);

        assertThatThrownBy(this::onCpu)
                .hasMessageContaining("tensor boundary.bias: values must be finite, one is NaN");
    }

    /** Writes the adapters anew, one tensor changed. */
    private void replace(String name, float[] values, long... shape) throws IOException {
        var file = folder.resolve(ChunkAdapters.FILE);
        var writer = new SafetensorsWriter().add(name, ElementType.F32, values, shape);
        try (var tensors = Safetensors.open(file)) {
            for (var other : tensors.names()) {
                if (!other.equals(name)) {
                    var entry = tensors.entry(other);
                    long[] kept = entry.shape().stream().mapToLong(extent -> extent).toArray();
                    writer.add(other, ElementType.F32, tensors.floats(other), kept);
                }
            }
        }
        writer.writeTo(file);
    }
}
