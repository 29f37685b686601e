package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.sam.Sam;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The networks that find things in scenes, trained from the command line for a few steps. */
class SceneTrainingIT {
    @TempDir private Path directory;

    @Test
    void a_sam_of_a_few_steps_opens_and_learns_on() throws InterruptedException {
        assertThat(train("--steps", "2")).anyMatch(line -> line.startsWith("RESULT box_iou="));
        assertThat(directory.resolve("sam.checkpoint")).exists();

        assertThat(train("--steps", "3", "--resume"))
                .anyMatch(line -> line.startsWith("RESULT box_iou="));

        try (var sam = Sam.open(directory.resolve("sam"), Devices.cpu(), ElementType.BF16)) {
            assertThat(sam.config().vision().side()).isEqualTo(96);
        }
    }

    private List<String> train(String... more) throws InterruptedException {
        var arguments =
                new ArrayList<>(
                        List.of("train", "scenes", "--part", "sam", "--out", directory.toString()));
        arguments.addAll(List.of(more));
        return Stage.command(arguments);
    }
}
