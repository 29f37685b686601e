package dev.millrace.workers.train.longtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.chronicle.TinyChronicle;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Split;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Every arm on one hardly trained model. */
class ArmReadingTest {
    private static final int READ = 500;
    private static final int STEPS = 40;
    private static final ChunkSettings FEW =
            ChunkSettings.BEST.withMost(2, 1).withDenseBelow(0).withLengths(2, 16);

    private static ModelDirectory model;
    private static Bench bench;
    private static int[] ids;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        Torch.prepareThread();
        TinyChronicle.write(folder.resolve("m"), folder.resolve("m/paper/other.safetensors"));
        model = ModelDirectory.open(folder.resolve("m"), Decoders.ALL);
        bench = new Bench(model, folder.resolve("m/paper/other.safetensors"));
        ids = new Chronicle().row(Split.TEST, 1, READ + STEPS).ids();
    }

    @AfterAll
    static void close() {
        bench.close();
        model.close();
    }

    @Test
    void with_every_chunk_selected_each_way_sees_what_dense_attention_sees() {
        var all = FEW.withMost(10_000, 1);
        var dense = logits(Arm.DENSE);

        for (var arm :
                List.of(
                        Arm.DENSE_LIBTORCH,
                        Arm.scored("all", all),
                        new Arm("paper", Arm.Adapters.PAPER, Arm.Way.SCORED, all.with(Keys.LAST)),
                        new Arm("random", Arm.Adapters.OURS, Arm.Way.RANDOM, all),
                        new Arm("oracle", Arm.Adapters.OURS, Arm.Way.ORACLE, all))) {
            var same = logits(arm);
            for (int i = 0; i < STEPS; i++) {
                assertThat(same.get(i)).as(arm.name()).containsExactly(dense.get(i), within(1e-4f));
            }
        }
    }

    @Test
    void with_few_chunks_selected_no_way_does() {
        var dense = logits(Arm.DENSE);

        for (var arm :
                List.of(
                        new Arm("oracle", Arm.Adapters.OURS, Arm.Way.ORACLE, FEW),
                        new Arm("random", Arm.Adapters.OURS, Arm.Way.RANDOM, FEW),
                        new Arm("paper", Arm.Adapters.PAPER, Arm.Way.SCORED, FEW.with(Keys.LAST)),
                        Arm.scored("scored", FEW))) {
            assertThat(distance(dense, logits(arm))).as(arm.name()).isGreaterThan(1e-2);
        }
    }

    @Test
    void a_question_leaves_nothing_behind() {
        try (var text = new ReadText(bench, Arrays.copyOf(ids, READ), STEPS + 16)) {
            for (var arm :
                    List.of(
                            Arm.DENSE,
                            Arm.scored("scored", FEW),
                            new Arm("oracle", Arm.Adapters.OURS, Arm.Way.ORACLE, FEW))) {
                var reading = new ArmReading(bench, arm, text);
                var first = ask(text, reading);
                var second = ask(text, reading);

                assertThat(second).as(arm.name()).containsExactly(first);
            }
        }
    }

    private static float[] ask(ReadText text, ArmReading reading) {
        var before = text.trace().mark();
        var mark = reading.mark();
        text.read(Arrays.copyOfRange(ids, READ, READ + 8));
        reading.catchUp();
        float[] logits = new float[0];
        for (int i = 0; i < 8; i++) {
            logits = reading.step(ids[READ + 8 + i]).clone();
        }
        text.backTo(before);
        reading.backTo(mark);
        return logits;
    }

    @Test
    void what_has_been_found_is_not_measured_again(@TempDir Path folder) throws IOException {
        var file = folder.resolve("findings.jsonl");
        var first = new Findings(file, "a").get("part", "one", () -> Map.of("x", 1.0));
        var again = new Findings(file, "a").get("part", "one", () -> Map.of("x", 2.0));
        var other = new Findings(file, "b").get("part", "one", () -> Map.of("x", 3.0));

        assertThat(again).isEqualTo(first);
        assertThat(other.figure("x")).isEqualTo(3);
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    private static List<float[]> logits(Arm arm) {
        try (var text = new ReadText(bench, Arrays.copyOf(ids, READ), STEPS + 1)) {
            var reading = new ArmReading(bench, arm, text);
            var rows = new ArrayList<float[]>();
            for (int i = 0; i < STEPS; i++) {
                rows.add(reading.step(ids[READ + i]).clone());
            }
            return rows;
        }
    }

    private static double distance(List<float[]> one, List<float[]> other) {
        double sum = 0;
        for (int row = 0; row < one.size(); row++) {
            for (int i = 0; i < one.get(row).length; i++) {
                sum += Math.abs(one.get(row)[i] - other.get(row)[i]);
            }
        }
        return sum;
    }
}
