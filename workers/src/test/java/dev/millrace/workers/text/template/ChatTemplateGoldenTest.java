package dev.millrace.workers.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.protocol.Task.Message;
import dev.millrace.workers.Goldens;
import dev.millrace.workers.text.tokens.Tokenizer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/** Exact: a prompt that differs in one character is another prompt. */
class ChatTemplateGoldenTest {
    private static final JsonMapper JSON = new JsonMapper();

    static List<Path> tokenizers() {
        return Goldens.casesWith("golden_tokenizer.json");
    }

    static List<Path> generations() {
        return Goldens.casesWith("golden_e2e.json");
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void chats_become_the_reference_texts_and_ids(Path folder) throws IOException {
        var chats = JSON.readTree(folder.resolve("golden_tokenizer.json").toFile()).path("chat");
        assertThat(chats).isNotEmpty();
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : chats) {
                boolean prompts = golden.path("add_generation_prompt").asBoolean();
                assertRenders(tokenizer, golden, prompts, "text", "ids");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("generations")
    void chats_become_the_reference_prompts(Path folder) throws IOException {
        var chats = JSON.readTree(folder.resolve("golden_e2e.json").toFile());
        assertThat(chats).isNotEmpty();
        try (var tokenizer = Tokenizer.open(folder)) {
            for (var golden : chats) {
                assertRenders(tokenizer, golden, true, "prompt", "prompt_ids");
            }
        }
    }

    private static void assertRenders(
            Tokenizer tokenizer, JsonNode golden, boolean prompts, String text, String ids) {
        var template = ChatTemplate.of(tokenizer.chatTemplate().orElseThrow(), tokenizer.roles());
        var messages =
                StreamSupport.stream(golden.path("messages").spliterator(), false)
                        .map(m -> new Message(m.path("role").asText(), m.path("content").asText()))
                        .toList();

        var rendered = template.render(messages, prompts, Instant.EPOCH);

        assertThat(rendered).isEqualTo(new Rendered.Text(golden.path(text).asText()));
        assertThat(tokenizer.encode(golden.path(text).asText()))
                .isEqualTo(
                        StreamSupport.stream(golden.path(ids).spliterator(), false)
                                .mapToInt(JsonNode::asInt)
                                .toArray());
    }
}
