package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.eco.EcoTraining;
import dev.millrace.workers.train.eco.TableShape;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The whole command, with a few steps and stories. */
class StoryTailsTest {
    private static final Path SHIPPED = Path.of("../deploy/models/stories");

    @TempDir private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (var name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
            Files.copy(SHIPPED.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("millrace.json"), "{}");
    }

    private StoryTails.Options options(int seeds) {
        var training =
                new EcoTraining.Options(
                        folder.resolve(EcoHashes.FILE),
                        new EcoSettings(40, 4),
                        16,
                        0,
                        Optional.of(new TableShape(2, 16, 4, 8, 1)),
                        0,
                        1,
                        1,
                        1,
                        1);
        return new StoryTails.Options(
                folder,
                Optional.of(folder.resolve(EcoHashes.FILE)),
                folder.resolve("f.jsonl"),
                seeds,
                40,
                128,
                2,
                training);
    }

    private String run(StoryTails.Options options, Map<String, Double> said) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new StoryTails(options, out, said::put).run();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void each_seed_is_told_and_the_first_ones_hashes_are_kept() throws IOException {
        var said = new HashMap<String, Double>();

        var table = run(options(2), said);

        assertThat(table).contains("| seed 1 |").contains("| seed 2 |");
        assertThat(said)
                .containsKeys("decoder_drop_pt", "decoder_recall_gain_pt", "decoder_story_drop_pt");
        var hashes = Files.readAllBytes(folder.resolve(EcoHashes.FILE));
        assertThat(Files.readAllLines(folder.resolve("f.jsonl"))).hasSize(2);

        var again = run(options(2), new HashMap<>());

        assertThat(again).as("nothing is measured twice").isEqualTo(table);
        assertThat(Files.readAllBytes(folder.resolve(EcoHashes.FILE))).isEqualTo(hashes);
    }

    @Test
    void what_ships_is_what_the_bench_asks_for() {
        var usual = StoryTails.Options.usual(SHIPPED, SHIPPED.resolve("eco.jsonl"));
        var findings = new Findings(usual.findings(), usual.subject());

        for (int seed = 1; seed <= usual.seeds(); seed++) {
            assertThat(findings.find("tails", "seed " + seed)).as("seed %d", seed).isPresent();
        }
    }
}
