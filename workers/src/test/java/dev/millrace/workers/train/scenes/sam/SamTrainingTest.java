package dev.millrace.workers.train.scenes.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.sam.BoxPrompt;
import dev.millrace.workers.segment.sam.Masks.Place;
import dev.millrace.workers.segment.sam.Prompt;
import dev.millrace.workers.segment.sam.Sam;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.train.RunLength;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneObject;
import dev.millrace.workers.train.scenes.SceneSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A few steps of a tiny model. */
class SamTrainingTest {
    private static final int SCENES = 3;

    @TempDir Path folder;

    @Test
    void the_loss_falls() {
        var first = training("run", 40, 1, false).runUntil(1);
        var last = training("run", 40, 1, false).run();

        assertThat(last.trainingLoss()).isLessThan(0.7 * first.trainingLoss());
        assertThat(last.heldOut().objects()).isEqualTo(first.heldOut().objects()).isPositive();
    }

    @Test
    void a_run_that_was_stopped_and_resumed_ends_in_the_identical_state() {
        training("whole", 6, 1, false).run();
        training("halves", 6, 1, false).runUntil(4);

        training("halves", 6, 1, true).run();

        try (var whole = Safetensors.open(folder.resolve("whole.checkpoint"));
                var halves = Safetensors.open(folder.resolve("halves.checkpoint"))) {
            assertThat(halves.names()).isEqualTo(whole.names()).hasSizeGreaterThan(400);
            assertThat(halves.metadata()).isEqualTo(whole.metadata());
            assertThat(whole.names())
                    .allSatisfy(name ->
                            assertThat(halves.floats(name)).containsExactly(whole.floats(name)));
        }
    }

    @Test
    void what_was_trained_is_a_folder_that_opens_and_draws_in_held_out_scenes_as_was_measured() {
        var result = training("run", 2, 1, false).run();
        var source = new SceneSource(TinySam.SIDE);
        double sum = 0;
        int objects = 0;

        try (var sam = Sam.open(folder.resolve("run"), Devices.cpu(), ElementType.F32)) {
            assertThat(sam.config()).isEqualTo(TinySam.CONFIG);
            for (int index = 0; index < SCENES; index++) {
                var scene = source.validation(index);
                for (var object : scene.asked()) {
                    sum += drawn(sam, scene, object).iou(object.visible());
                    objects++;
                }
            }
        }

        assertThat(objects).isEqualTo(result.heldOut().objects());
        // of masks that are everywhere; bf16 weights move some pixels over the threshold
        assertThat(result.heldOut().boxIou()).isGreaterThan(0.01);
        assertThat(sum / objects).isCloseTo(result.heldOut().boxIou(), within(0.002));
    }

    @Test
    void a_checkpoint_of_another_run_is_refused_with_what_differs() {
        training("run", 1, 1, false).run();

        assertThatThrownBy(() -> training("run", 2, 7, true).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("another run", "seed must be 7, was 1");
    }

    @Test
    void a_run_is_not_resumed_by_time() {
        var time = new RunLength.Within(Duration.ofSeconds(2));

        assertThatThrownBy(() -> training("run", time, 1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resumed with its steps");
    }

    private static Mask drawn(Sam sam, MiniScene scene, SceneObject object) {
        int side = scene.side();
        var rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = scene.levels()[i % 3 * side * side + i / 3];
        }
        var box = object.visible().box().orElseThrow();
        var prompt = Prompt.in(new BoxPrompt(box.left(), box.top(), box.right(), box.bottom()));
        try (var embedding = sam.embed(new Picture(side, side, rgb))) {
            var masks = sam.decoder(embedding).decode(List.of(prompt));
            var logits = masks.logits(List.of(new Place(0, 0))).getFirst();
            return Mask.above(logits, side, side, 0);
        }
    }

    private SamTraining training(String name, long steps, long seed, boolean resume) {
        return training(name, new RunLength.Steps(steps), seed, resume);
    }

    private SamTraining training(String name, RunLength length, long seed, boolean resume) {
        var options =
                new SamTraining.Options(
                        folder.resolve(name),
                        length,
                        new LessonPlan(2, 4, PromptMix.SHIPPED, 0.06, 0.25, 0.2),
                        8,
                        4e-3,
                        1,
                        seed,
                        ElementType.F32,
                        resume,
                        1,
                        Devices.cpu(),
                        Duration.ofHours(1),
                        SCENES);
        return new SamTraining(options, TinySam.CONFIG);
    }
}
