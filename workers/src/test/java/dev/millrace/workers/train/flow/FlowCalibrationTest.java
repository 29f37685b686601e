package dev.millrace.workers.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.ImageFolder;
import dev.millrace.workers.image.Strategy;
import dev.millrace.workers.image.flow.tarflow.RandomTarFlow;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class FlowCalibrationTest {
    @TempDir private Path folder;

    @Test
    void each_quality_is_as_near_to_the_exact_picture_as_was_wanted() throws IOException {
        var config = RandomTarFlow.config(16, 2, 16, 3, 3);
        RandomTarFlow.write(folder, config, RandomTarFlow.weights(config, 1));
        Files.writeString(folder.resolve("millrace.json"), "{\"kind\":\"image\",\"guidance\":1}");
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = TarFlow.open(folder, Devices.cpu(), ElementType.F32)) {
            var found =
                    new FlowCalibration(model, ImageFolder.read(folder), 2, System::nanoTime).run();

            assertThat(found.strategy().of(Quality.LOW, 1)).hasSize(3);
            for (var quality : Strategy.QUALITIES) {
                assertThat(found.decibels().get(quality))
                        .as(quality.word())
                        .isGreaterThanOrEqualTo(FlowCalibration.wanted(quality));
            }
        }
    }
}
