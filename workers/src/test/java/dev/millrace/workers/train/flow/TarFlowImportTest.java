package dev.millrace.workers.train.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.tensor.checkpoint.StateDict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class TarFlowImportTest {
    private static final Path FOLDER = Path.of("src/test/resources/checkpoints");
    private static final String ZIP = "shapes_model_2_8_2_1_0.05.pth";
    private static final List<String> NAMES = List.of("disc", "ring", "cross");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {ZIP, "old.pth"})
    void a_checkpoint_becomes_a_folder_with_the_same_tensors(String name) throws IOException {
        var file = FOLDER.resolve(name);
        var model = folder.resolve("model");

        var config = new TarFlowImport(3, 4, 0.05, NAMES).run(file, model, "shapes");

        assertThat(config.patches().side()).isEqualTo(4);
        assertThat(config.patches().patch()).isEqualTo(2);
        assertThat(config.blocks()).isEqualTo(2);
        assertThat(config.layers()).isOne();
        assertThat(config.classNames()).isEqualTo(NAMES);
        try (var checkpoint = StateDict.open(file);
                var written = Safetensors.open(model)) {
            for (var tensor : checkpoint.shapes().keySet()) {
                assertThat(written.contains(tensor)).isEqualTo(!tensor.endsWith("attn_mask"));
                if (written.contains(tensor)) {
                    assertThat(written.floats(tensor))
                            .containsExactly(
                                    checkpoint
                                            .bytes(tensor)
                                            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
                }
            }
        }
        assertThat(Files.readString(model.resolve("millrace.json")))
                .contains("\"kind\" : \"image\"", "\"id\" : \"shapes\"");
        Torch.prepareThread();
        try (var flow = TarFlow.open(model, Devices.cpu(), ElementType.F32);
                var inversion = flow.invert(new float[48], new int[] {2}, Guidance.NONE)) {
            inversion.enter(1);
            assertThat(inversion.picture(0)).hasSize(48);
        }
    }

    @Test
    void a_published_files_name_says_the_noise() {
        assertThat(TarFlowImport.noiseIn(Path.of("d/afhq_model_8_768_8_8_0.07.pth")))
                .isEqualTo(0.07);
        assertThat(TarFlowImport.noiseIn(Path.of("d/model.pth"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 3 | headWidth must divide width 8, was 3",
                "2 | 4 | the number of values of a token and channel must be a square, was 6",
            })
    void what_the_shapes_contradict_is_refused(int channels, int headWidth, String message) {
        assertThatThrownBy(() ->
                        new TarFlowImport(channels, headWidth, 0.05, NAMES)
                                .run(FOLDER.resolve(ZIP), folder.resolve("m"), "m"))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("m")).doesNotExist();
    }

    @Test
    void names_for_other_classes_are_refused() {
        assertThatThrownBy(() ->
                        new TarFlowImport(3, 4, 0.05, List.of("disc"))
                                .run(FOLDER.resolve(ZIP), folder.resolve("m"), "m"))
                .hasMessageContaining("there must be a name for each of 3 classes, were [disc]");
    }
}
