package dev.millrace.workers.train.longtext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

/** The model that ships answers questions about a long text, also from a part of it. */
class ShippedChronicleTest {
    private static final Path MODEL = Path.of("..", "deploy", "models", "chronicle");
    private static final int QUESTIONS = 20;

    @Test
    void what_it_selects_is_enough_and_what_is_near_or_random_is_not() {
        Torch.prepareThread();
        var few = ChunkSettings.BEST.withDenseBelow(0).withMost(64, 8);
        var arms =
                List.of(
                        Arm.DENSE,
                        Arm.scored("few", few),
                        Arm.scored("window", few.withMost(0, 72)),
                        new Arm("random", Arm.Adapters.OURS, Arm.Way.RANDOM, few));

        try (var model = ModelDirectory.open(MODEL, Decoders.ALL);
                var bench = new Bench(model, MODEL.resolve(LongTextBench.PAPER_ADAPTERS))) {
            var found = new NeedleMeasure(bench).measure(8000, 7, arms, QUESTIONS);

            assertThat(found).containsEntry("dense.asked", (double) QUESTIONS);
            assertThat(found.get("dense.right")).isGreaterThanOrEqualTo(QUESTIONS - 1);
            assertThat(found.get("few.right")).isGreaterThanOrEqualTo(QUESTIONS - 2);
            assertThat(found.get("few.attended")).isLessThan(0.15);
            assertThat(found.get("window.right")).isLessThan(QUESTIONS / 4);
            assertThat(found.get("random.right")).isLessThan(QUESTIONS / 4);
        }
    }
}
