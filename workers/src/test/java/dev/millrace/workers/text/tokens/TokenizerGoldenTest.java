package dev.millrace.workers.text.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.Goldens;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Exact against two independent implementations of the reference; no tolerance. */
class TokenizerGoldenTest {
    private static final JsonMapper JSON = new JsonMapper();

    static List<Path> tokenizers() {
        return Goldens.casesWith("golden_tokenizer.json");
    }

    static List<Path> generations() {
        return Goldens.casesWith("golden_e2e.json");
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void texts_become_the_reference_ids_and_back(Path folder) throws IOException {
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : read(folder, "golden_tokenizer.json", "encode")) {
                var text = golden.path("text").asText();
                var ids = ids(golden.path("ids"));

                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
                assertThat(tokenizer.encodeWithSpecials(text))
                        .as(text)
                        .isEqualTo(ids(golden.path("ids_with_special")));
                assertThat(text(tokenizer, ids)).isEqualTo(golden.path("decoded").asText());
                assertThat(tokenizer.decode(ids))
                        .isEqualTo(golden.path("decoded_skip_special").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void every_prefix_shows_what_no_continuation_can_change(Path folder) throws IOException {
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : read(folder, "golden_tokenizer.json", "encode")) {
                assertStreams(tokenizer, golden, "ids");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void ill_formed_bytes_become_the_reference_replacements(Path folder) throws IOException {
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : read(folder, "golden_tokenizer.json", "decode")) {
                var ids = ids(golden.path("ids"));

                assertStreams(tokenizer, golden, "ids");
                assertThat(text(tokenizer, ids)).isEqualTo(golden.path("decoded").asText());
                assertThat(tokenizer.decode(ids))
                        .isEqualTo(golden.path("decoded_skip_special").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void chats_become_the_reference_ids(Path folder) throws IOException {
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : read(folder, "golden_tokenizer.json", "chat")) {
                assertThat(tokenizer.encode(golden.path("text").asText()))
                        .isEqualTo(ids(golden.path("ids")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("generations")
    void generations_stream_the_reference_pieces(Path folder) throws IOException {
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : read(folder, "golden_e2e.json")) {
                assertThat(tokenizer.encode(golden.path("prompt").asText()))
                        .isEqualTo(ids(golden.path("prompt_ids")));
                assertStreams(tokenizer, golden, "greedy_ids");
                assertThat(tokenizer.decode(ids(golden.path("greedy_ids"))))
                        .isEqualTo(golden.path("text_skip_special").asText());
            }
        }
    }

    private static void assertStreams(Tokenizer tokenizer, JsonNode golden, String ids) {
        var detokenizer = tokenizer.detokenizer();
        var pieces = new ArrayList<String>();
        var shown = new ArrayList<String>();
        for (int id : ids(golden.path(ids))) {
            pieces.add(detokenizer.add(id));
            shown.add(String.join("", pieces));
        }

        assertThat(pieces).isEqualTo(texts(golden.path("stream_delta")));
        if (golden.has("stream_safe")) {
            assertThat(shown).isEqualTo(texts(golden.path("stream_safe")));
        }
        assertThat(detokenizer.flush()).isEqualTo(golden.path("flush").asText());
    }

    /** All tokens, special ones too, decoded at once. */
    private static String text(Tokenizer tokenizer, int[] ids) {
        var characters = new Utf8Stream();
        var text = new StringBuilder();
        for (int id : ids) {
            for (byte value : tokenizer.bytesOf(id)) {
                characters.add(value, text);
            }
        }
        characters.flush(text);
        return text.toString();
    }

    private static JsonNode read(Path folder, String file, String part) throws IOException {
        var golden = read(folder, file).path(part);
        assertThat(golden).as(part + " of " + folder).isNotEmpty();
        return golden;
    }

    private static JsonNode read(Path folder, String file) throws IOException {
        return JSON.readTree(folder.resolve(file).toFile());
    }

    private static int[] ids(JsonNode ids) {
        return StreamSupport.stream(ids.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
    }

    private static List<String> texts(JsonNode texts) {
        return StreamSupport.stream(texts.spliterator(), false).map(JsonNode::asText).toList();
    }
}
