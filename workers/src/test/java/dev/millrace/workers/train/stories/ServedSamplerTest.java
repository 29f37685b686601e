package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ServedSamplerTest {
    private static final int NEVER = -1;
    private static final List<List<Integer>> PROMPTS =
            List.of(List.of(3, 14, 15, 9, 2, 6, 5), List.of(8, 9, 7, 9, 3, 2));

    @TempDir private Path folder;

    @BeforeEach
    void writeModel() throws IOException {
        Torch.prepareThread();
        try (var model = RandomModel.in(folder, 3, ElementType.F32)) {
            RandomHashes.in(folder, model.config());
        }
    }

    private List<List<Integer>> told(boolean hasTails) {
        try (var sampler = ServedSampler.open(folder, hasTails, NEVER, 0.8)) {
            return sampler.continued(PROMPTS, 60, 1);
        }
    }

    private void window(int tokens) throws IOException {
        Files.writeString(
                folder.resolve("millrace.json"),
                "{\"eco\": {\"window\": %d, \"sinks\": 0}}".formatted(tokens));
    }

    @Test
    void in_a_window_that_holds_the_whole_text_tails_change_nothing() throws IOException {
        window(100);

        assertThat(told(true)).isEqualTo(told(false)).allMatch(text -> text.size() >= 66);
    }

    @Test
    void in_a_shorter_one_they_do() throws IOException {
        window(5);

        assertThat(told(true)).isNotEqualTo(told(false));
    }

    @Test
    void without_hashes_tails_are_refused_with_the_command_that_makes_them() throws IOException {
        Files.delete(folder.resolve("eco.safetensors"));

        assertThatThrownBy(() -> told(true))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("eco.safetensors", "`millrace train eco` makes it");
        assertThat(told(false)).hasSize(2);
    }
}
