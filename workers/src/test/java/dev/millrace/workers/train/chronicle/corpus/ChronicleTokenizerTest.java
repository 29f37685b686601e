package dev.millrace.workers.train.chronicle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.train.tokens.TokenizerFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Hugging Face's own library must read texts as the ids that the model was trained on. */
class ChronicleTokenizerTest {
    @Test
    void texts_have_the_ids_that_they_were_written_with(@TempDir Path folder) throws IOException {
        var chronicle = new Chronicle();
        var file = folder.resolve("tokenizer.json");
        Files.writeString(
                file,
                new JsonMapper()
                        .writeValueAsString(TokenizerFiles.tokenizer(chronicle.vocabulary())));
        try (var library =
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(file)
                        .optTruncation(false)
                        .optPadding(false)
                        .build()) {
            for (var seed = 0; seed < 100; seed++) {
                var ids = chronicle.row(Split.TRAIN, seed, 700).ids();
                var text = chronicle.vocabulary().decode(IntStream.of(ids).boxed().toList());

                assertThat(library.encode(text, false, false).getIds())
                        .containsExactly(IntStream.of(ids).asLongStream().toArray());
            }
        }
    }
}
