package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.train.RunLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** A few steps of a tiny model. */
class PictureTrainingTest {
    static final TarFlowConfig TINY =
            new TarFlowConfig(
                    new Patches(PictureSource.SIDE, PictureSource.CHANNELS, 8),
                    32,
                    2,
                    1,
                    16,
                    PictureSource.CLASSES,
                    PictureClass.labels(),
                    0.05);

    @TempDir Path folder;

    @Test
    void the_loss_falls() {
        var first = training("run", 40, 1, false).runUntil(1);
        var last = training("run", 40, 1, false).run();

        assertThat(last.heldOutLoss()).isLessThan(first.heldOutLoss() - 0.2);
        assertThat(last.heldOutBits())
                .isCloseTo((last.heldOutLoss() + 5.771) / Math.log(2), within(1e-3));
    }

    @Test
    void a_run_that_was_stopped_and_resumed_ends_in_the_identical_state() {
        training("whole", 6, 1, false).run();
        training("halves", 6, 1, false).runUntil(4);

        training("halves", 6, 1, true).run();

        try (var whole = Safetensors.open(folder.resolve("whole.checkpoint"));
                var halves = Safetensors.open(folder.resolve("halves.checkpoint"))) {
            assertThat(halves.names()).isEqualTo(whole.names()).hasSizeGreaterThan(70);
            assertThat(halves.metadata()).isEqualTo(whole.metadata());
            assertThat(whole.names())
                    .allSatisfy(name ->
                            assertThat(halves.floats(name)).containsExactly(whole.floats(name)));
        }
    }

    @Test
    void a_run_of_so_long_ends_by_itself_and_is_not_resumed_by_time() {
        var time = new RunLength.Within(Duration.ofSeconds(2));

        var result = training("run", time, 1, false).run();

        assertThat(result.heldOutLoss()).isFinite();
        assertThat(folder.resolve("run/model.safetensors")).exists();
        assertThatThrownBy(() -> training("run", time, 1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resumed with its steps");
    }

    @Test
    void what_was_trained_is_a_folder_that_opens_and_knows_held_out_pictures_as_well() {
        var result = training("run", 8, 1, false).run();
        var source = new PictureSource();
        int count = 64;
        var batch = PictureBatch.noisy(source::heldOut, count, TINY.noise(), 1);

        try (var model = TarFlow.open(folder.resolve("run"), Devices.cpu(), ElementType.F32)) {
            double loss = model.encode(batch.values(), batch.labels()).loss();

            assertThat(model.config()).isEqualTo(TINY);
            assertThat(loss).isCloseTo(result.heldOutLoss(), within(0.05)); // other noise
        }
    }

    @Test
    void a_checkpoint_of_another_run_is_refused_with_what_differs() {
        training("run", 1, 1, false).run();

        assertThatThrownBy(() -> training("run", 2, 7, true).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("another run", "seed must be 7, was 1");
    }

    private PictureTraining training(String name, long steps, long seed, boolean resume) {
        return training(name, new RunLength.Steps(steps), seed, resume);
    }

    private PictureTraining training(String name, RunLength length, long seed, boolean resume) {
        var options =
                new PictureTraining.Options(
                        folder.resolve(name),
                        length,
                        8,
                        2e-3,
                        seed,
                        resume,
                        1,
                        Devices.cpu(),
                        Duration.ofHours(1));
        return new PictureTraining(options, TINY, ElementType.F32);
    }
}
