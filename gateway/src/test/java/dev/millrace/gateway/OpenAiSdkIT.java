package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.models.Model;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Provisioner;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** OpenAI's own Java client, unmodified, against a whole gateway on a real broker. */
class OpenAiSdkIT {
    private static final ModelId TINY = new ModelId("tiny");
    private static final ModelId SHAPES = new ModelId("shapes");

    private static EmbeddedBroker broker;
    private static Gateway gateway;
    private static AnsweringWorker worker;
    private static AnsweringWorker painter;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.ephemeral();
        var kafka = ClientSettings.of(broker.bootstrap());
        gateway =
                Gateway.start(
                        GatewayConfig.from(
                                Map.of(
                                        ClientSettings.BOOTSTRAP, broker.bootstrap(),
                                        GatewayConfig.PORT, "0",
                                        GatewayConfig.MANAGEMENT_PORT, "0",
                                        GatewayConfig.EVENT_PARTITIONS, "2")));
        try (var provisioner = new Provisioner(kafka)) {
            provisioner.model(TINY, Duration.ofSeconds(15));
            provisioner.model(SHAPES, Duration.ofSeconds(15));
        }
        worker = new AnsweringWorker(kafka, AnsweringWorker.model(TINY));
        painter = new AnsweringWorker(kafka, AnsweringWorker.pictureModel(SHAPES));
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl("http://127.0.0.1:" + gateway.port() + "/v1")
                        .apiKey("none")
                        .maxRetries(0)
                        .timeout(Duration.ofSeconds(60))
                        .build();
        LogHarness.until("the models are listed", OpenAiSdkIT::isListed);
    }

    private static boolean isListed() {
        return gateway.isReady() && client.models().list().data().size() == 2;
    }

    @AfterAll
    static void stop() {
        client.close();
        worker.close();
        painter.close();
        gateway.close();
        broker.close();
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model(TINY.name())
                .addSystemMessage("Be brief.")
                .addUserMessage("Hi");
    }

    private static String words(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(AnsweringWorker::word)
                .collect(Collectors.joining());
    }

    @Test
    void it_lists_and_shows_models() {
        assertThat(client.models().list().data())
                .extracting(Model::id)
                .containsExactly("shapes", "tiny");
        assertThat(client.models().retrieve("tiny").ownedBy()).isEqualTo("millrace");
    }

    @Test
    void it_chats_and_is_told_the_usage() {
        var answer = client.chat().completions().create(chat().maxCompletionTokens(5).build());

        var choice = answer.choices().getFirst();
        assertThat(choice.message().content()).contains(words(5));
        assertThat(choice.finishReason().toString()).isEqualTo("length");
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(5);
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(8);
        assertThat(answer.usage().orElseThrow().promptTokensDetails().orElseThrow().cachedTokens())
                .contains(2L);
    }

    @Test
    @SuppressWarnings("deprecation") // seed is what many clients still send
    void it_streams_a_chat_with_usage_in_the_last_chunk() {
        var parameters =
                chat().maxCompletionTokens(50)
                        .temperature(0)
                        .seed(7)
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        List<ChatCompletionChunk> chunks;
        try (var stream = client.chat().completions().createStreaming(parameters)) {
            chunks = stream.stream().toList();
        }

        var text =
                chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .flatMap(choice -> choice.delta().content().stream())
                        .collect(Collectors.joining());
        assertThat(text).isEqualTo(words(50));
        assertThat(chunks).hasSize(53);
        assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(50);
    }

    @Test
    @SuppressWarnings("deprecation") // the client's only way to fields that are not OpenAI's
    void it_passes_on_and_keeps_what_it_does_not_know() {
        var parameters =
                chat().maxCompletionTokens(5)
                        .putAdditionalBodyProperty("attention", JsonValue.from("chunk"))
                        .build();
        var answer = client.chat().completions().create(parameters);
        List<ChatCompletionChunk> chunks;
        try (var stream = client.chat().completions().createStreaming(parameters)) {
            chunks = stream.stream().toList();
        }

        assertThat(answer.usage().orElseThrow()._additionalProperties())
                .containsEntry("attended_fraction", JsonValue.from(0.5))
                .containsEntry("selections", JsonValue.from(1))
                .containsEntry("kv_bytes", JsonValue.from(4096));
        assertThat(chunks)
                .filteredOn(chunk ->
                        chunk.choices().getFirst()._additionalProperties().containsKey("boundary"))
                .singleElement()
                .extracting(chunk -> chunk.choices().getFirst().delta().content().orElse(""))
                .isEqualTo(AnsweringWorker.word(3));
    }

    @Test
    void it_completes_a_text_whole_and_streamed() {
        var parameters =
                CompletionCreateParams.builder()
                        .model(TINY.name())
                        .prompt("Once")
                        .maxTokens(4)
                        .build();

        assertThat(client.completions().create(parameters).choices().getFirst().text())
                .isEqualTo(words(4));
        try (var stream = client.completions().createStreaming(parameters)) {
            assertThat(
                            stream.stream()
                                    .map(chunk -> chunk.choices().getFirst().text())
                                    .collect(Collectors.joining()))
                    .isEqualTo(words(4));
        }
    }

    @Test
    void it_reads_log_probabilities() {
        var answer =
                client.chat()
                        .completions()
                        .create(chat().maxCompletionTokens(2).logprobs(true).build());

        var logprobs = answer.choices().getFirst().logprobs().orElseThrow();
        assertThat(logprobs.content().orElseThrow())
                .extracting(token -> token.logprob())
                .containsExactly(-0.5, -0.5);
    }

    private static ImageGenerateParams.Builder image() {
        return ImageGenerateParams.builder().model(SHAPES.name()).prompt("a red disc").n(2);
    }

    @Test
    void it_generates_images() {
        var answer = client.images().generate(image().build());

        assertThat(answer.data().orElseThrow())
                .extracting(each -> each.b64Json().orElseThrow())
                .containsExactly(base64(0, 10), base64(1, 10));
        assertThat(answer.usage().orElseThrow().outputTokens()).isEqualTo(512);
    }

    @Test
    void it_streams_partial_images_and_then_each_image() {
        List<ImageGenStreamEvent> events;
        try (var stream = client.images().generateStreaming(image().partialImages(2).build())) {
            events = stream.stream().toList();
        }

        assertThat(events)
                .extracting(OpenAiSdkIT::told)
                .containsExactly(
                        "0 " + base64(0, 4),
                        "1 " + base64(0, 7),
                        base64(0, 10),
                        "0 " + base64(1, 4),
                        "1 " + base64(1, 7),
                        base64(1, 10));
    }

    private static String told(ImageGenStreamEvent event) {
        return event.generationPartialImage()
                .map(partial -> partial.partialImageIndex() + " " + partial.b64Json())
                .or(() -> event.generationCompleted().map(done -> done.validate().b64Json()))
                .orElse("neither");
    }

    private static String base64(int picture, int tenth) {
        return Base64.getEncoder().encodeToString(AnsweringWorker.png(picture, tenth).bytes());
    }

    @Test
    void it_is_told_the_classes_where_a_prompt_names_none() {
        assertThatThrownBy(() -> client.images().generate(image().prompt("a dog").build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("prompt must name one class of shapes: disc, ring");
    }

    @Test
    void it_raises_its_own_exceptions() {
        assertThatThrownBy(() -> client.chat().completions().create(chat().model("gpt-4").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("there is no model 'gpt-4'; served are shapes, tiny");
        assertThatThrownBy(() -> client.chat().completions().create(chat().temperature(3).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("temperature must be a number, 0.0..2.0, was 3");
        assertThatThrownBy(() -> client.chat().completions().create(chat().n(2).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("n is not supported");
    }

    @Test
    void operators_see_that_it_lives_is_ready_and_what_it_did() throws Exception {
        var answer = client.chat().completions().create(chat().maxCompletionTokens(1).build());
        assertThat(answer.choices()).hasSize(1);

        assertThat(manage("/live").statusCode()).isEqualTo(200);
        assertThat(manage("/ready").statusCode()).isEqualTo(200);
        assertThat(manage("/metrics").body())
                .contains(
                        "millrace_http_requests_total{method=\"POST\",path=\"/v1/chat/completions\",status=\"200\"}",
                        "millrace_time_to_first_token_seconds_count",
                        "millrace_http_connections");
    }

    @Test
    void a_port_that_is_taken_is_said_in_one_line_and_leaves_nothing_running() {
        var config =
                GatewayConfig.from(
                        Map.of(
                                ClientSettings.BOOTSTRAP, broker.bootstrap(),
                                GatewayConfig.PORT, Integer.toString(gateway.port()),
                                GatewayConfig.MANAGEMENT_PORT, "0"));
        long before = liveThreads();

        assertThatThrownBy(() -> Gateway.start(config))
                .hasMessageContaining("cannot listen on 127.0.0.1, ports " + gateway.port());

        LogHarness.until("its threads have ended", () -> liveThreads() <= before);
    }

    private static long liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .count();
    }

    private static HttpResponse<String> manage(String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:" + gateway.managementPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
