package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.train.tokens.TokenizerFiles;
import dev.millrace.workers.train.tokens.Vocabulary;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** The files against Hugging Face's own library. */
class StoryTokenizerTest {
    private static final Vocabulary VOCABULARY = StoryVocabulary.stories();
    private static HuggingFaceTokenizer library;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        var file = folder.resolve("tokenizer.json");
        Files.writeString(
                file, new JsonMapper().writeValueAsString(TokenizerFiles.tokenizer(VOCABULARY)));
        library =
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(file)
                        .optTruncation(false)
                        .optPadding(false)
                        .build();
    }

    @AfterAll
    static void close() {
        library.close();
    }

    @Test
    void documents_have_the_ids_that_the_model_was_trained_on() {
        var grammar = new StoryGrammar();
        for (long seed = 0; seed < 200; seed++) {
            var text = grammar.draw(new SplittableRandom(seed)).text();

            assertThat(ids(text)).containsExactly(ours(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Once upon a time",
                "Tell me about Zoë, the naïve dragon.",
                "  two  spaces\t\ttabs \n\n\n lines\r\n",
                "日本語 und Füße 🦊👨‍👩‍👧 — “quotes”…",
                "don't, it's 1234 a_b <|x> <b>",
                "\u0000\u0001\u007F\u00A0\u3000e\u0301",
                " ",
            })
    void any_text_is_encoded_as_ours_and_comes_back_whole(String text) {
        assertThat(ids(text)).containsExactly(ours(text));
        assertThat(library.decode(ids(text), false)).isEqualTo(text);
        assertThat(VOCABULARY.decode(VOCABULARY.encode(text))).isEqualTo(text);
    }

    @Test
    void every_word_of_the_grammar_is_one_token_with_and_without_a_space() {
        for (var words : Grammar.stories().classes().entrySet()) {
            if (!Grammar.stories().isSpelled(words.getKey())) {
                assertThat(words.getValue())
                        .allSatisfy(word -> {
                            assertThat(ids(word)).hasSize(1);
                            assertThat(ids(" " + word)).hasSize(1);
                        });
            }
        }
    }

    @Test
    void the_begin_token_stands_in_front_where_special_tokens_are_asked_for() {
        long begin = VOCABULARY.id(Vocabulary.BEGIN);

        assertThat(library.encode("Once", true, false).getIds()).startsWith(begin).hasSize(2);
    }

    private static long[] ids(String text) {
        return library.encode(text, false, false).getIds();
    }

    private static long[] ours(String text) {
        return VOCABULARY.encode(text).stream().flatMapToLong(LongStream::of).toArray();
    }
}
