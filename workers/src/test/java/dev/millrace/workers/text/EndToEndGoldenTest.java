package dev.millrace.workers.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Task;
import dev.millrace.workers.Goldens;
import dev.millrace.workers.run.History;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.eager.EagerKernels;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * From messages to streamed text through the engine, against transformers: every token, every
 * piece.
 */
class EndToEndGoldenTest {
    static Stream<Arguments> casesAndKernels() {
        return Goldens.casesWith("golden_e2e.json").stream()
                .flatMap(path -> Stream.of("eager", "torch").map(name -> Arguments.of(path, name)));
    }

    @ParameterizedTest
    @MethodSource("casesAndKernels")
    void a_chat_is_answered_with_the_references_tokens_and_text(Path path, String name)
            throws IOException, InterruptedException {
        var chats = new ObjectMapper().readTree(path.resolve("golden_e2e.json").toFile());
        try (var engine = Fixture.endless(path, Fixture.settings(true), 1L << 30, kernels(name))) {
            for (var chat : chats) {
                var heard = new Listener();
                int steps = chat.get("greedy_ids").size();
                var job = Fixture.job(messages(chat), Fixture.greedy(steps));
                Fixture.outcome(engine.start(job, History.NONE, heard));

                assertThat(heard.tokens()).isEqualTo(list(chat.get("greedy_ids"), JsonNode::asInt));
                assertThat(heard.deltas().stream().map(Body.Delta::text).toList())
                        .isEqualTo(pieces(chat));
                assertThat(heard.text()).isEqualTo(chat.get("text_skip_special").asText());
            }
        }
    }

    private static Function<ModelDirectory, DecoderKernels> kernels(String name) {
        return name.equals("eager") ? EagerKernels::new : Fixture::torch;
    }

    private static Task.Chat messages(JsonNode chat) {
        return new Task.Chat(
                list(
                        chat.get("messages"),
                        m -> new Task.Message(m.get("role").asText(), m.get("content").asText())));
    }

    /** What the end releases comes with the last token. */
    private static List<String> pieces(JsonNode chat) {
        var pieces = new ArrayList<>(list(chat.get("stream_delta"), JsonNode::asText));
        pieces.set(pieces.size() - 1, pieces.getLast() + chat.get("flush").asText());
        return pieces;
    }

    private static <T> List<T> list(JsonNode node, Function<JsonNode, T> as) {
        return StreamSupport.stream(node.spliterator(), false).map(as).toList();
    }
}
