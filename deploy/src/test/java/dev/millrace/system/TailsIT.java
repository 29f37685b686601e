package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * From the command that makes hashes to a stream whose tokens look at tails, and whose worker is
 * killed.
 */
class TailsIT {
    private static final int TOKENS = 100;
    private static final int FEWER = 60;
    private static final String SHORT =
            """
            {"kind": "text", "id": "stories", "attention": "eco", "eco": {"window": 20, "sinks": 2}}
            """;

    @TempDir Path directory;

    @Test
    void a_killed_workers_stream_with_tails_continues_as_if_nothing_had_happened()
            throws IOException, InterruptedException {
        try (var stage = new Stage(directory, tailed()).gateway("g1")) {
            stage.workers("w0", "w1");
            var undisturbed = stage.follow("g1", stage.submit("g1", TOKENS, 3, "auto")).isWhole();
            var whole = stage.follow("g1", stage.submit("g1", FEWER, 3, "softmax")).isWhole();

            var disturbed = stage.followAndKill("g1", stage.submit("g1", TOKENS, 3, "eco"), 40);

            disturbed.isTheSameAs(undisturbed);
            assertThat(disturbed.last().type()).isEqualTo("completed");
            assertThat(disturbed.claims()).isEqualTo(2);
            assertThat(disturbed.logprobs()).isEqualTo(undisturbed.logprobs());
            var usage = disturbed.last().data().path("usage");
            assertThat(usage).isEqualTo(undisturbed.last().data().path("usage"));
            assertThat(usage.path("kv_bytes").asLong())
                    .isPositive()
                    .isLessThan(whole.last().data().path("usage").path("kv_bytes").asLong());
            assertThat(whole.tokens()).isNotEqualTo(disturbed.tokens().subList(0, FEWER));
        }
    }

    /** The shipped model, with hashes made as a user makes them. */
    private Path tailed() throws IOException, InterruptedException {
        var model = Files.createDirectory(directory.resolve("model"));
        try (var files = Files.list(Stage.shippedModel())) {
            for (var file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        var corpus = Files.createDirectory(directory.resolve("corpus"));
        Files.writeString(
                corpus.resolve("a.txt"),
                "Once upon a time there was a fox named Pip. Pip was kind and small. ".repeat(30));
        var said =
                Stage.command(
                        List.of(
                                "train",
                                "eco",
                                "--model",
                                model.toString(),
                                "--corpus",
                                corpus.toString(),
                                "--tokens",
                                "64",
                                "--window",
                                "20",
                                "--tables",
                                "4",
                                "--buckets",
                                "16",
                                "--sinks",
                                "2",
                                "--layer-steps",
                                "2",
                                "--whole-steps",
                                "1",
                                "--table-steps",
                                "1"));
        assertThat(said).anyMatch(line -> line.startsWith("RESULT eco_accuracy_pct="));
        Files.writeString(model.resolve("millrace.json"), SHORT);
        return model;
    }
}
