package dev.millrace.workers.text.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class TokenizerTest {
    private static final String BYTE_LEVEL =
            """
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}\
            """;

    private static final String LLAMA_2 =
            """
            {"type": "Sequence", "decoders": [
              {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
              {"type": "ByteFallback"}, {"type": "Fuse"},
              {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}\
            """;

    @TempDir Path folder;

    @Test
    void a_folder_without_a_tokenizer_is_refused_by_the_name_of_the_file() {
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("tokenizer.json: missing");
    }

    @Test
    void a_cut_file_is_refused_in_one_line() throws IOException {
        var whole = file(BYTE_LEVEL, "\"a\": 0");
        write("tokenizer.json", whole.substring(0, whole.length() - 20));

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("tokenizer.json: not valid JSON")
                .hasMessageNotContaining("\n");
    }

    @Test
    void a_broken_file_beside_it_is_refused_by_its_own_name() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0"));
        write("generation_config.json", "{\"eos_token_id\": ");

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("generation_config.json: not valid JSON");
    }

    @Test
    void a_decoder_that_cannot_be_streamed_is_refused_by_name() throws IOException {
        write("tokenizer.json", file("{\"type\": \"WordPiece\"}", "\"a\": 0"));

        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("was [WordPiece]");
    }

    @Test
    void a_model_that_is_not_known_is_refused_by_name() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0").replace("BPE", "Unigram"));

        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("was Unigram");
    }

    @Test
    void a_token_id_out_of_range_is_refused_by_value() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": -7"));

        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("was -7");
    }

    @Test
    void the_ends_are_those_of_the_generation_and_of_the_tokenizer() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0, \"b\": 1, \"c\": 2, \"</s>\": 3"));
        write("config.json", "{\"eos_token_id\": 0}");
        write("generation_config.json", "{\"eos_token_id\": [1, 2]}");
        write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"</s>\"}}");

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.ends()).containsExactlyInAnyOrder(1, 2, 3);
            assertThat(tokenizer.isSpecial(3)).isTrue();
            assertThat(tokenizer.isSpecial(1)).isFalse();
            assertThat(tokenizer.roles()).containsEntry("eos_token", "</s>");
        }
    }

    @Test
    void without_a_generation_config_the_model_config_says_where_a_text_ends() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0"));
        write("config.json", "{\"eos_token_id\": 0}");

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.ends()).containsExactly(0);
        }
    }

    @Test
    void the_default_of_several_named_chat_templates_is_the_models_own() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0"));
        write(
                "tokenizer_config.json",
                """
                {"chat_template": [{"name": "tool_use", "template": "T"},
                                   {"name": "default", "template": "D"}]}\
                """);

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.chatTemplate()).contains("D");
        }
    }

    @Test
    void a_text_of_many_thousand_tokens_is_not_cut() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0, \"Ġ\": 1"));

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("a ".repeat(5_000))).hasSize(10_000);
        }
    }

    @Test
    void an_unpaired_surrogate_is_a_replacement_character() throws IOException {
        write("tokenizer.json", file(BYTE_LEVEL, "\"a\": 0, \"ï\": 1, \"¿\": 2, \"½\": 3"));

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("a\uD83Da")).containsExactly(0, 1, 2, 3, 0);
        }
    }

    @Test
    void llama_2_tokens_are_words_behind_a_low_line_or_single_bytes() throws IOException {
        write(
                "tokenizer.json",
                file(LLAMA_2, "\"▁hi\": 0, \"<0xC3>\": 1, \"<0xA9>\": 2, \"</s>\": 3"));

        try (var tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.bytesOf(0)).isEqualTo(" hi".getBytes(StandardCharsets.UTF_8));
            assertThat(tokenizer.decode(new int[] {0, 1, 2, 0})).isEqualTo("hié hi");
            assertThat(tokenizer.continuation().add(0)).isEqualTo(" hi");
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String file(String decoder, String vocabulary) {
        return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
                           "trim_offsets": true, "use_regex": true},
         "post_processor": null, "decoder": %s,
         "model": {"type": "BPE", "dropout": null, "unk_token": null,
                   "continuing_subword_prefix": null, "end_of_word_suffix": null,
                   "fuse_unk": false, "byte_fallback": false, "vocab": {%s}, "merges": []}}
        """
                .formatted(decoder, vocabulary);
    }
}
