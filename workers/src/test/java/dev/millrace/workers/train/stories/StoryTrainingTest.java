package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.Safetensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** A few steps of a tiny model, through every stage of the curriculum. */
class StoryTrainingTest {
    private static final StorySource SOURCE = new StorySource();
    private static final StoryShape TINY =
            new StoryShape(SOURCE.vocabulary().size(), 32, 2, 4, 2, 48, 512);
    private static final StoryCurriculum.Stages STAGES = new StoryCurriculum.Stages(512, 2, 28);

    @TempDir Path folder;

    @Test
    void the_loss_falls() {
        var first = training("run", 30, 1, false).runUntil(1);
        var last = training("run", 30, 1, false).run();

        assertThat(first.heldOutLoss()).isGreaterThan(7);
        assertThat(last.heldOutLoss())
                .isLessThan(first.heldOutLoss() - 0.5)
                .isGreaterThan(last.heldOutEntropy());
    }

    @Test
    void a_run_that_was_stopped_and_resumed_ends_in_the_identical_state() {
        training("whole", 6, 1, false).run();
        training("halves", 6, 1, false).runUntil(4);

        training("halves", 6, 1, true).run();

        try (var whole = Safetensors.open(folder.resolve("whole.checkpoint"));
                var halves = Safetensors.open(folder.resolve("halves.checkpoint"))) {
            assertThat(halves.names()).isEqualTo(whole.names()).hasSizeGreaterThan(30);
            assertThat(halves.metadata()).isEqualTo(whole.metadata());
            assertThat(whole.names())
                    .allSatisfy(name ->
                            assertThat(halves.floats(name)).containsExactly(whole.floats(name)));
        }
    }

    @Test
    void a_checkpoint_of_another_run_is_refused_with_what_differs() {
        training("run", 1, 1, false).run();

        assertThatThrownBy(() -> training("run", 2, 7, true).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("another run", "seed must be 7, was 1");
    }

    private StoryTraining training(String name, long steps, long seed, boolean resume) {
        var options =
                new StoryTraining.Options(
                        folder.resolve(name), steps, seed, resume, 1, Duration.ofHours(1));
        return new StoryTraining(options, SOURCE, TINY, STAGES);
    }
}
