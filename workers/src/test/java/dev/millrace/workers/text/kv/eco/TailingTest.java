package dev.millrace.workers.text.kv.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a model's folder gives for tails. */
class TailingTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeModel() throws IOException {
        RandomModel.in(folder, 3, ElementType.F32).close();
    }

    private Optional<Tailing> read(String json) throws IOException {
        var manifest = folder.resolve("millrace.json");
        Files.writeString(manifest, json);
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            return Tailing.readIfPresent(model, ConfigJson.readIfPresent(manifest));
        }
    }

    private void hashes() throws IOException {
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            RandomHashes.in(folder, model.config());
        }
    }

    @Test
    void without_hashes_it_gives_none() throws IOException {
        assertThat(read("{}")).isEmpty();
        assertThat(read("{\"context_limit\": 100}")).isEmpty();
    }

    @Test
    void with_hashes_it_gives_them_and_the_settings_that_are_there_or_the_usual()
            throws IOException {
        hashes();

        var said = read("{\"eco\": {\"window\": 20, \"sinks\": 0}}").orElseThrow();
        assertThat(said.settings()).isEqualTo(new EcoSettings(20, 0));
        assertThat(said.layers()).isNotEmpty();
        assertThat(read("{}").orElseThrow().settings()).isEqualTo(EcoSettings.USUAL);
    }

    @Test
    void wrong_settings_are_refused_whether_there_are_hashes_or_not() throws IOException {
        var wrong = "{\"eco\": {\"window\": 0}}";

        assertThatThrownBy(() -> read(wrong))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("eco.window must be a positive integer, was 0");
        hashes();
        assertThatThrownBy(() -> read(wrong))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("eco.window must be a positive integer, was 0");
    }

    @Test
    void the_usual_window_is_refused_where_hashes_would_use_it_and_texts_are_shorter()
            throws IOException {
        hashes();

        assertThatThrownBy(() -> read("{\"context_limit\": 100}"))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(
                        "eco.window of 256 and eco.sinks of 4 must not be larger than the context"
                                + " of 100 tokens");
    }
}
