package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.segment.SegmentFolder;
import dev.millrace.workers.segment.clip.Clip;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;
import dev.millrace.workers.segment.clip.ResNet;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.train.scenes.clip.SceneClipTraining.Options;
import dev.millrace.workers.train.scenes.clip.SceneClipTraining.Part;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A few steps of tiny networks. */
class SceneClipTrainingTest {
    private static final SceneWords WORDS = new SceneWords();
    private static final SceneClipShape TINY =
            SceneClipShape.of(
                    WORDS,
                    48,
                    8,
                    new Tower(16, 32, 1, 2, Activation.QUICK_GELU, 1e-5),
                    new Tower(16, 32, 2, 2, Activation.QUICK_GELU, 1e-5),
                    4);

    @TempDir private Path folder;

    private SceneClipTraining training(String name, Part part, long steps, boolean resume) {
        return training(name, part, steps, 1, resume);
    }

    private SceneClipTraining training(
            String name, Part part, long steps, long seed, boolean resume) {
        var options =
                new Options(
                        folder.resolve(name),
                        part,
                        steps,
                        8,
                        30,
                        3e-3,
                        seed,
                        resume,
                        ElementType.F32,
                        1,
                        Duration.ofHours(1));
        return new SceneClipTraining(options, TINY);
    }

    @Test
    void the_loss_of_both_falls() {
        double first = training("run", Part.CLIP, 1, false).run();
        double last = training("run", Part.CLIP, 61, false).run();
        double firstTrunk = training("run", Part.TRUNK, 1, false).run();
        double lastTrunk = training("run", Part.TRUNK, 61, false).run();

        assertThat(last).isLessThan(first - 0.5);
        assertThat(lastTrunk).isLessThan(firstTrunk - 0.1);
    }

    @Test
    void what_was_trained_are_folders_that_open() {
        training("run", Part.CLIP, 2, false).run();
        training("run", Part.TRUNK, 2, false).run();

        try (var clip = Clip.open(folder.resolve("run/clip"), Devices.cpu(), ElementType.F32);
                var trunk =
                        ResNet.open(folder.resolve("run/trunk"), Devices.cpu(), ElementType.F32)) {
            assertThat(clip.config()).isEqualTo(TINY.clip());
            assertThat(trunk.config()).isEqualTo(TINY.trunk());
            assertThat(trunk.trunkStride()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void a_run_that_was_stopped_and_resumed_ends_in_the_identical_state(Part part) {
        for (var run : List.of("whole", "halves")) {
            training(run, Part.CLIP, 1, false).run();
        }
        training("whole", part, 5, false).run();
        training("halves", part, 5, false).runUntil(3);

        training("halves", part, 5, true).run();

        var name = "." + part.word() + ".checkpoint";
        try (var whole = Safetensors.open(folder.resolve("whole" + name));
                var halves = Safetensors.open(folder.resolve("halves" + name))) {
            assertThat(halves.names()).isEqualTo(whole.names()).hasSizeGreaterThan(100);
            assertThat(halves.metadata()).isEqualTo(whole.metadata());
            assertThat(whole.names())
                    .allSatisfy(weight ->
                            assertThat(halves.floats(weight))
                                    .as(weight)
                                    .containsExactly(whole.floats(weight)));
        }
    }

    @Test
    void running_statistics_follow_the_pictures() {
        training("run", Part.CLIP, 1, false).run();
        training("run", Part.TRUNK, 3, false).run();

        try (var saved = Safetensors.open(folder.resolve("run/trunk"))) {
            assertThat(saved.floats("visual.bn1.running_mean")).doesNotContain(0);
            assertThat(saved.floats("visual.layer3.0.bn2.running_var")).doesNotContain(1);
        }
    }

    @Test
    void a_trunk_without_a_clip_is_refused() {
        assertThatThrownBy(() -> training("run", Part.TRUNK, 1, false).run())
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("tokenizer.json");
    }

    @Test
    void a_checkpoint_of_another_run_is_refused_with_what_differs() {
        training("run", Part.CLIP, 1, false).run();

        assertThatThrownBy(() -> training("run", Part.CLIP, 2, 7, true).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("another run", "seed must be 7, was 1");
    }

    @Test
    void an_odd_batch_is_refused() {
        assertThatThrownBy(() ->
                        new Options(
                                folder,
                                Part.CLIP,
                                1,
                                7,
                                1,
                                1e-3,
                                1,
                                false,
                                ElementType.F32,
                                1,
                                Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("batch even", "7");
    }

    @Test
    void what_was_trained_is_measured_and_its_presence_is_kept_beside_what_else_is_said() {
        training("run", Part.CLIP, 61, false).run();
        var figures = new TreeMap<String, Double>();

        try (var checks = new ClipChecks(folder.resolve("run/clip"), 48, 1, 1)) {
            var presence = checks.measure(12, figures::put);
            SceneManifest.write(folder.resolve("run"), 192, presence);
            SceneManifest.write(folder.resolve("run"), 192, presence);

            var read = SegmentFolder.read(folder.resolve("run"));
            assertThat(read.classes()).hasSize(10).startsWith("red ball");
            assertThat(read.recipe().looking().side()).isEqualTo(192);
            assertThat(read.recipe().presence().most()).isEqualTo(presence.most());
        }

        assertThat(figures.keySet())
                .contains("crops_right", "scene_map", "pointing", "held_out_map_iou_otsu");
        assertThat(figures.values()).allSatisfy(value -> assertThat(value).isBetween(0.0, 10.0));
    }

    @Test
    void boundaries_are_measured_for_every_stage_and_the_controls() {
        training("run", Part.CLIP, 1, false).run();
        training("run", Part.TRUNK, 1, false).run();
        var lines = new ArrayList<BoundaryChecks.Line>();

        try (var checks = new BoundaryChecks(folder.resolve("run/trunk"), 96, 1)) {
            checks.measure(1, List.of(4, 8), lines::add);
        }

        assertThat(lines)
                .extracting(BoundaryChecks.Line::features)
                .containsExactly(
                        "none", "colours", "colours", "random", "random", "stage 0", "stage 0",
                        "stage 1", "stage 1", "stage 2", "stage 2", "stage 3", "stage 3", "stage 4",
                        "stage 4");
        assertThat(lines.get(11).grid()).isEqualTo(24);
    }
}
