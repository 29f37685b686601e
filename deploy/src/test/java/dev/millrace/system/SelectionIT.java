package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * From the command that makes adapters to a stream whose tokens look at selected chunks, and whose
 * worker is killed.
 */
class SelectionIT {
    private static final int TOKENS = 100;
    private static final int FEWER = 50;
    private static final String FEW =
            """
            {"kind": "text", "id": "stories",
             "chunk": {"shortest": 3, "longest": 8, "local": 1, "most": 1, "mass": 1,
                       "into": 1, "every": 5, "dense_below": 0}}
            """;

    @TempDir Path directory;

    @Test
    void a_killed_workers_selecting_stream_continues_as_if_nothing_had_happened()
            throws IOException, InterruptedException {
        try (var stage = new Stage(directory, selecting()).gateway("g1")) {
            stage.workers("w0", "w1");
            var undisturbed = stage.follow("g1", stage.submit("g1", TOKENS, 3, "auto")).isWhole();
            var looksAtAll = stage.follow("g1", stage.submit("g1", FEWER, 3, "softmax")).isWhole();

            var disturbed = stage.followAndKill("g1", stage.submit("g1", TOKENS, 3, "chunk"), 40);

            disturbed.isTheSameAs(undisturbed);
            assertThat(disturbed.last().type()).isEqualTo("completed");
            assertThat(disturbed.claims()).isEqualTo(2);
            assertThat(disturbed.logprobs()).isEqualTo(undisturbed.logprobs());
            assertThat(disturbed.logprobs()).hasSameSizeAs(disturbed.tokens());
            assertThat(disturbed.boundaries()).isEqualTo(undisturbed.boundaries()).isNotEmpty();
            var usage = disturbed.last().data().path("usage");
            assertThat(usage).isEqualTo(undisturbed.last().data().path("usage"));
            assertThat(usage.path("attended_fraction").asDouble()).isBetween(0.05, 0.9);
            assertThat(usage.path("selections").asInt()).isGreaterThan(10);
            assertThat(looksAtAll.last().data().path("usage").path("attended_fraction").asDouble())
                    .isEqualTo(1);
            assertThat(looksAtAll.tokens()).isNotEqualTo(disturbed.tokens().subList(0, FEWER));
        }
    }

    /** The shipped model, with adapters made as a user makes them. */
    private Path selecting() throws IOException, InterruptedException {
        var model = Files.createDirectory(directory.resolve("model"));
        try (var files = Files.list(Stage.shippedModel())) {
            for (var file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Files.writeString(model.resolve("millrace.json"), FEW);
        var corpus = Files.createDirectory(directory.resolve("corpus"));
        Files.writeString(corpus.resolve("a.txt"), text());
        var said =
                Stage.command(
                        List.of(
                                "train",
                                "chunk-adapters",
                                "--model",
                                model.toString(),
                                "--corpus",
                                corpus.toString(),
                                "--tokens",
                                "96",
                                "--steps",
                                "12",
                                "--width",
                                "8"));
        assertThat(said).anyMatch(line -> line.startsWith("RESULT boundary_f1="));
        return model;
    }

    private static String text() {
        var text = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            text.append("Once upon a time there was a fox named Pip")
                    .append(i)
                    .append(". Pip was kind and small. One day Pip found a red box in the wood. ");
        }
        return text.toString();
    }
}
