package dev.millrace.workers.image;

import static dev.millrace.workers.image.Fixture.CONFIG;
import static dev.millrace.workers.image.Fixture.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.image.flow.tarflow.RandomTarFlow;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.tensor.BadModelException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

class ImageKindTest {
    @TempDir private Path folder;

    @BeforeEach
    void write() {
        Fixture.write(folder, CONFIG);
    }

    @Test
    void a_folder_says_what_is_served_before_its_weights_are_read() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));

        var served = new ImageKind().served(folder, settings(true));

        assertThat(served.kind()).isEqualTo("image");
        assertThat(served.names()).containsExactly("shapes", "Shapes");
        assertThat(served.side()).isEqualTo(8);
        assertThat(served.tokens()).isEqualTo(16);
        assertThat(served.classes()).containsExactly("0", "1", "2");
        assertThat(served.most()).isEqualTo(3);
        assertThat(served.defaultGuidance()).isZero();
        assertThat(served.defaultDenoise()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | {\"model_type\":\"other\"} | model_type must be one of [tarflow]",
                "config.json | {} | model_type must be a string, was missing",
                "millrace.json | {\"max_pictures\":65} | max_pictures must be at most 64, was 65",
                "millrace.json | {\"guidance\":21} | guidance must be at most 20.0, was 21",
                "millrace.json | {\"denoise\":-1} | denoise must be a number of at least 0, was -1",
                "millrace.json | {\"quality\":\"auto\"} | quality must be low, medium or high",
                "millrace.json | {\"id\":\"No Id\"} | id must be 1 to 64 of a-z, 0-9 and -",
            })
    void a_folder_that_cannot_be_served_is_refused_by_file_and_key(
            String file, String content, String message) throws IOException {
        Files.writeString(folder.resolve(file), content);

        assertThatThrownBy(() -> new ImageKind().served(folder, settings(true)))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(message);
    }

    @Test
    void a_model_without_classes_cannot_be_guided(@TempDir Path other) throws IOException {
        Fixture.write(other, RandomTarFlow.config(8, 2, 16, 2, 0));
        Files.writeString(other.resolve("millrace.json"), "{\"guidance\":1}");

        assertThatThrownBy(() -> new ImageKind().served(other, settings(true)))
                .hasMessageContaining("guidance must be 0 for a model without classes, was 1");
    }

    @Test
    void weights_that_give_no_numbers_end_the_start() throws IOException {
        var weights = RandomTarFlow.weights(CONFIG, 1);
        Arrays.fill(weights.get("blocks.1.proj_out.bias"), Float.NaN);
        RandomTarFlow.write(folder, CONFIG, weights);

        assertThatThrownBy(() -> new ImageKind().open(folder, settings(true)))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("the weights of block 1 give NaN");
    }

    @Test
    void a_device_that_is_not_there_is_refused_by_name() {
        var elsewhere = new EngineSettings(1, true, Duration.ZERO, "gpu99");

        assertThatThrownBy(() -> new ImageKind().open(folder, elsewhere))
                .hasMessageContaining("device gpu99 does not exist here");
    }
}
