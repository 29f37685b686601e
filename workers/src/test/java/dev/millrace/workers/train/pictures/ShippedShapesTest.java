package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that ships, as it lies in the source tree. Its README has the figures of the full
 * evaluation.
 */
class ShippedShapesTest {
    private static final Path FOLDER = Path.of("../deploy/models/shapes");
    private static final int PICTURES = 16;

    @Test
    void it_is_small() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum())
                    .isLessThan(16_000_000);
        }
    }

    @Test
    void it_knows_the_pictures_that_the_generator_draws() {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = TarFlow.open(FOLDER, Devices.cpu(), ElementType.F32)) {
            var source = new PictureSource();
            var batch = PictureBatch.noisy(source::heldOut, PICTURES, model.config().noise(), 1);

            double loss = model.encode(batch.values(), batch.labels()).loss();

            assertThat(model.config()).isEqualTo(PictureModel.shipped());
            assertThat(loss).isBetween(-2.55, -2.3);
        }
    }
}
