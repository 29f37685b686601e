package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.train.tokens.TokenizerFiles;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that ships, as it lies in the source tree. Its README has the figures of the full
 * evaluation.
 */
class ShippedStoriesTest {
    private static final Path FOLDER = Path.of("../deploy/models/stories");
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void it_is_small() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum())
                    .isLessThan(10_000_000);
        }
    }

    /** A changed grammar needs a newly trained model. */
    @Test
    void its_tokens_are_those_of_the_grammar() throws IOException {
        var shipped = JSON.readTree(FOLDER.resolve("tokenizer.json").toFile());
        var written = JSON.valueToTree(TokenizerFiles.tokenizer(StoryVocabulary.stories()));

        assertThat(shipped).isEqualTo(JSON.readTree(written.toString()));
    }

    /** A small sample of what StoryEvaluation measures; the targets are those of the full one. */
    @Test
    void it_has_learned_the_grammar() {
        var report = new StoryEvaluation().evaluate(FOLDER, 32, 24);

        assertThat(report.gap()).isLessThan(0.05);
        assertThat(report.known()).isGreaterThan(0.95);
    }
}
