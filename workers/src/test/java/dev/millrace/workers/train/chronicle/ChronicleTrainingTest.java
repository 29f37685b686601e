package dev.millrace.workers.train.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Plan;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Stage;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Form;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A few steps of a tiny model, through every stage of the curriculum. */
class ChronicleTrainingTest {
    private static final Chronicle CHRONICLE = new Chronicle();
    private static final ChronicleShape TINY =
            new ChronicleShape(
                    CHRONICLE.vocabulary().size(),
                    32,
                    2,
                    1,
                    48,
                    2048,
                    8,
                    10_000,
                    32,
                    Stream.of("rope:32", "none", "rope").map(ChronicleShape.Layer::of).toList());
    private static final List<Stage> STAGES =
            List.of(
                    Stage.repeating("repeat", 4, 64, 1),
                    Stage.texts("short", 24, 64, 1),
                    Stage.texts("long", 8, 256, 1),
                    Stage.texts("longest", 4, 512, 0.5));

    @TempDir Path folder;

    @Test
    void the_loss_falls() {
        var first = training("run", 41, 1, false).runUntil(1);
        var last = training("run", 41, 1, false).run();

        assertThat(first.trainingLoss()).isGreaterThan(6.5);
        assertThat(last.trainingLoss()).isLessThan(first.trainingLoss() - 1);
    }

    @Test
    void a_run_that_was_stopped_and_resumed_ends_in_the_identical_state() {
        training("whole", 8, 1, false).run();
        training("halves", 8, 1, false).runUntil(5);

        training("halves", 8, 1, true).run();

        try (var whole = Safetensors.open(folder.resolve("whole.checkpoint"));
                var halves = Safetensors.open(folder.resolve("halves.checkpoint"))) {
            assertThat(halves.names()).isEqualTo(whole.names()).hasSizeGreaterThan(40);
            assertThat(halves.metadata()).isEqualTo(whole.metadata());
            assertThat(whole.names())
                    .allSatisfy(name ->
                            assertThat(halves.floats(name)).containsExactly(whole.floats(name)));
        }
    }

    @Test
    void a_checkpoint_of_another_shape_is_refused_with_what_differs() {
        training("run", 1, 1, false).run();

        assertThatThrownBy(() -> training("run", 2, 7, true).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("another run", "seed must be 7, was 1");
    }

    @Test
    void the_folder_says_the_shape() {
        training("run", 1, 1, false).run();

        assertThat(new ChronicleFolder(folder.resolve("run")).shape()).isEqualTo(TINY);
    }

    @Test
    void an_evaluation_that_was_stopped_goes_on_with_the_next_document() throws IOException {
        training("run", 1, 1, false).run();

        var first = evaluate(17);
        var written = Files.readAllLines(folder.resolve("run.evaluation"));
        var second = evaluate(34);

        assertThat(first).containsEntry("questions_1024", 17.0).containsKey("accuracy_1024");
        assertThat(second).containsEntry("questions_1024", 34.0);
        assertThat(Files.readAllLines(folder.resolve("run.evaluation")))
                .startsWith(written.getFirst())
                .hasSize(2);
    }

    private Map<String, Double> evaluate(int questions) {
        Map<String, Double> figures = new LinkedHashMap<>();
        new ChronicleEvaluation()
                .evaluate(
                        new ChronicleEvaluation.Options(
                                folder.resolve("run"),
                                Devices.cpu(),
                                ElementType.F32,
                                Form.CHAT,
                                List.of(1024),
                                questions,
                                1),
                        figures::put);
        return figures;
    }

    private ChronicleTraining training(String name, long steps, long seed, boolean resume) {
        var options =
                new ChronicleTraining.Options(
                        folder.resolve(name),
                        steps,
                        seed,
                        512,
                        3e-3,
                        resume,
                        1,
                        Devices.cpu(),
                        Duration.ofHours(1));
        return new ChronicleTraining(options, CHRONICLE, TINY, new Plan(steps, 512, STAGES));
    }
}
