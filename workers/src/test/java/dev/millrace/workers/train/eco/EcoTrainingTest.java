package dev.millrace.workers.train.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The whole command, in a few steps. */
class EcoTrainingTest {
    private static final Path MODEL = Path.of("src/test/resources/goldens/decoder/llama");

    @TempDir private Path folder;

    private EcoTraining.Options options(int window) {
        return options(window, 6, Optional.empty());
    }

    private EcoTraining.Options options(int window, int anchors, Optional<TableShape> tables) {
        var settings = new EcoSettings(window, 2);
        return new EcoTraining.Options(
                folder.resolve(EcoHashes.FILE), settings, 8, anchors, tables, 3, 2, 2, 1, 1);
    }

    private void corpus(int sentences) throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++) {
            text.append("The fox number ").append(i).append(" ran over the hill. ");
        }
        Files.writeString(folder.resolve("a.txt"), text);
    }

    @ParameterizedTest
    @CsvSource({"false, 6", "true, 6", "true, 0"})
    void a_few_steps_write_hashes_that_can_be_served_and_say_how_good_they_are(
            boolean hasTables, int anchors) throws IOException {
        corpus(60);
        var tables = Optional.of(new TableShape(4, 8, 3, 8, 1)).filter(_ -> hasTables);

        var report = EcoTraining.run(MODEL, folder, 64, options(12, anchors, tables));

        try (var model = ModelDirectory.open(MODEL, Decoders.ALL)) {
            var hashes = EcoHashes.read(folder.resolve(EcoHashes.FILE), model.config());
            assertThat(hashes.layers()).hasSize(model.config().layers());
            assertThat(hashes.layers()).allMatch(layer -> layer.tables().isPresent() == hasTables);
        }
        for (var arm : new EcoTraining.Arm[] {report.dense(), report.window(), report.eco()}) {
            assertThat(arm.accuracyPercent()).isBetween(0.0, 100.0);
            assertThat(arm.recallPercent()).isBetween(0.0, 100.0);
            assertThat(arm.nats()).isFinite().isPositive();
        }
        assertThat(report.window().nats()).isNotEqualTo(report.eco().nats());
    }

    @Test
    void what_there_is_nothing_to_learn_from_is_refused() throws IOException {
        corpus(2);

        assertThatThrownBy(() -> EcoTraining.run(MODEL, folder, 64, options(12)))
                .hasMessageContaining("must hold .txt files with at least two rows of 64 tokens");
        assertThatThrownBy(() -> EcoTraining.run(MODEL, folder, 64, options(62)))
                .hasMessage("rows must be longer than what is seen exactly, 64 tokens, were 64");
    }
}
