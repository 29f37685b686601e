package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tokenizer of CLIP's kind that knows how to spell and one word, {@code red}. */
class ClipTokenizerTest {
    private static final int BEGIN = 10;
    private static final int END = 11;
    private static final String FILE =
            """
            {
              "version": "1.0", "truncation": null, "padding": null,
              "added_tokens": [
                {"id": 10, "content": "<|startoftext|>", "single_word": false, "lstrip": false,
                 "rstrip": false, "normalized": true, "special": true},
                {"id": 11, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
                 "rstrip": false, "normalized": true, "special": true}],
              "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
                {"type": "Lowercase"}]},
              "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": "[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"},
                 "behavior": "Removed", "invert": true},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}]},
              "post_processor": {"type": "RobertaProcessing", "sep": ["<|endoftext|>", 11],
                "cls": ["<|startoftext|>", 10], "trim_offsets": false, "add_prefix_space": false},
              "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
              "model": {"type": "BPE", "dropout": null, "unk_token": "<|endoftext|>",
                "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
                "fuse_unk": false,
                "vocab": {"r": 0, "e": 1, "d": 2, "r</w>": 3, "e</w>": 4, "d</w>": 5, "re": 6,
                  "red</w>": 7, ".</w>": 8, "a</w>": 9, "<|startoftext|>": 10,
                  "<|endoftext|>": 11},
                "merges": ["r e", "re d</w>"]}
            }
            """;

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), FILE);
    }

    @Test
    void a_word_is_one_token_in_any_case_and_ends_where_it_ends() {
        try (var tokenizer = ClipTokenizer.open(folder, 8)) {
            assertThat(tokenizer.encode("A  RED deer.")).startsWith(BEGIN, 9, 7, 2, 1).hasSize(8);
            assertThat(tokenizer.encode("red"))
                    .containsExactly(BEGIN, 7, END, END, END, END, END, END);
        }
    }

    @Test
    void too_long_a_text_keeps_its_end_token() {
        try (var tokenizer = ClipTokenizer.open(folder, 4)) {
            assertThat(tokenizer.encode("red red red red red")).containsExactly(BEGIN, 7, 7, END);
            assertThat(tokenizer.encode("red red")).containsExactly(BEGIN, 7, 7, END);
        }
    }

    @Test
    void many_texts_are_equally_long_and_half_a_character_is_no_harm() {
        try (var tokenizer = ClipTokenizer.open(folder, 5)) {
            var rows = tokenizer.encode(List.of("", "red \ud83d red"));

            assertThat(rows[0]).containsExactly(BEGIN, END, END, END, END);
            assertThat(rows[1]).hasSize(5).startsWith(BEGIN, 7);
        }
    }

    @Test
    void a_folder_without_a_tokenizer_or_with_another_kind_is_refused() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                FILE.replaceAll("(?s)\"post_processor\": .*?\\}", "\"post_processor\": null"));
        assertThatThrownBy(() -> ClipTokenizer.open(folder, 5))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("must put one token before and one after a text, puts 0");

        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThatThrownBy(() -> ClipTokenizer.open(folder, 5))
                .isInstanceOf(BadModelException.class);

        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> ClipTokenizer.open(folder, 5))
                .hasMessageContaining("missing or not readable");
    }
}
