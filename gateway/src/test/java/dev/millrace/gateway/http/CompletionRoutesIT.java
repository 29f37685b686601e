package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.protocol.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** OpenAI's routes over a log in memory, byte by byte where clients look at bytes. */
class CompletionRoutesIT {
    private static final Body.Completed DONE =
            new Body.Completed(FinishReason.LENGTH, new Usage(3, 2));
    private static final String CHAT =
            """
            {"model": "Tiny-Stories", "messages": [{"role": "user", "content": "Hi"}]%s}\
            """;
    private static final String TEXT =
            """
            {"model": "stories", "prompt": "Once"%s}\
            """;

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private HttpRequest request(String path, String json) {
        return rig.request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    private CompletableFuture<HttpResponse<String>> ask(String path, String json) {
        int before = rig.jobs.jobs().size();
        var answer =
                rig.client.sendAsync(request(path, json), HttpResponse.BodyHandlers.ofString());
        Rig.until("the job", () -> rig.jobs.jobs().size() > before);
        return answer;
    }

    private JobId job() {
        var job = rig.jobs.jobs().getLast();
        Rig.until("somebody follows", () -> rig.streams.subscriptions(job) > 0);
        return job;
    }

    private void answerTwoTokens() {
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, new Body.Delta("Hel", 1));
        rig.streams.say(job, new Body.Delta("lo", 2));
        rig.streams.say(job, DONE);
    }

    @Test
    void a_whole_chat_answer_has_openais_shape_and_names_its_job() {
        var answer = ask("/v1/chat/completions", CHAT.formatted(""));
        answerTwoTokens();

        var response = answer.join();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-millrace-job")).contains(job().toString());
        assertThat(response.body())
                .isEqualTo(
                        """
                        {"id":"chatcmpl-%s","object":"chat.completion","created":1767323045,"model":"Tiny-Stories",\
                        "choices":[{"index":0,"message":{"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"length"}],\
                        "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\
                        """
                                .formatted(rig.jobs.jobs().getFirst()));
    }

    @Test
    void a_streamed_chat_answer_is_role_pieces_reason_usage_done() {
        var answer =
                ask(
                        "/v1/chat/completions",
                        CHAT.formatted(
                                ", \"stream\": true, \"stream_options\": {\"include_usage\":"
                                        + " true}"));
        answerTwoTokens();

        var body = answer.join().body();

        var head =
                "data: {\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion.chunk\",\"created\":1767323045,\"model\":\"Tiny-Stories\",\"choices\":["
                        .formatted(rig.jobs.jobs().getLast());
        assertThat(body.split("\n\n"))
                .containsExactly(
                        head
                                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
                        head
                                + "{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
                        head
                                + "{\"index\":0,\"delta\":{\"content\":\"lo\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
                        head
                                + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}",
                        head
                                + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}",
                        "data: [DONE]");
    }

    @Test
    void a_text_completion_comes_whole_and_streamed() {
        var whole = ask("/v1/completions", TEXT.formatted(""));
        answerTwoTokens();
        assertThat(whole.join().body())
                .contains(
                        "\"object\":\"text_completion\"",
                        "{\"index\":0,\"text\":\"Hello\",\"logprobs\":null,\"finish_reason\":\"length\"}");

        var streamed = ask("/v1/completions", TEXT.formatted(", \"stream\": true"));
        answerTwoTokens();
        assertThat(streamed.join().body())
                .contains("\"text\":\"Hel\"", "\"text\":\"lo\"", "data: [DONE]")
                .doesNotContain("usage");
    }

    @Test
    void every_sampling_parameter_reaches_the_job() {
        var _ =
                ask(
                        "/v1/chat/completions",
                        CHAT.formatted(
                                """
                                , "max_completion_tokens": 7, "temperature": 0.5, "top_p": 0.25, "seed": 42,
                                "stop": ["a", "b"], "attention": "softmax", "logprobs": true, "top_logprobs": 3, "n": 1,
                                "frequency_penalty": 0, "user": "me", "response_format": {"type": "text"}\
                                """));

        var submission = rig.jobs.submissions().getFirst();

        var task = (Task.Text) submission.task();
        assertThat(task.parameters())
                .isEqualTo(
                        new TextParameters(
                                7, 0.5, 0.25, 0, 42, List.of("a", "b"), 3, Attention.SOFTMAX));
        assertThat(submission.cancelOnDisconnect()).isTrue();
    }

    @Test
    void parts_of_type_text_are_joined_and_developer_is_system() {
        var _ =
                ask(
                        "/v1/chat/completions",
                        """
                        {"model": "stories", "messages": [
                          {"role": "developer", "content": "Be brief."},
                          {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]}\
                        """);

        var task = (Task.Text) rig.jobs.submissions().getFirst().task();

        assertThat(task.prompt())
                .isEqualTo(
                        new Task.Chat(
                                List.of(
                                        new Task.Message("system", "Be brief."),
                                        new Task.Message("user", "ab"))));
    }

    @Test
    void logprobs_have_the_shape_of_their_route() {
        var top = new TokenLogprob("Ho", List.of(72, 111), -2, List.of());
        var logprob = new TokenLogprob("Hi", List.of(72, 105), -0.5, List.of(top));
        var delta = new Body.Delta("Hi", List.of(1), List.of(logprob));

        var chat = ask("/v1/chat/completions", CHAT.formatted(", \"logprobs\": true"));
        rig.streams.claim(job());
        rig.streams.say(job(), delta);
        rig.streams.say(job(), DONE);
        assertThat(chat.join().body())
                .contains(
                        "\"logprobs\":{\"content\":[{\"token\":\"Hi\",\"logprob\":-0.5,\"bytes\":[72,105],\"top_logprobs\":[{\"token\":\"Ho\",\"logprob\":-2.0,\"bytes\":[72,111]}]}],\"refusal\":null}");

        var text = ask("/v1/completions", TEXT.formatted(", \"logprobs\": 1"));
        rig.streams.claim(job());
        rig.streams.say(job(), delta);
        rig.streams.say(job(), delta);
        rig.streams.say(job(), DONE);
        assertThat(text.join().body())
                .contains(
                        "\"logprobs\":{\"tokens\":[\"Hi\",\"Hi\"],\"token_logprobs\":[-0.5,-0.5],\"top_logprobs\":[{\"Ho\":-2.0},{\"Ho\":-2.0}],\"text_offset\":[0,2]}");
    }

    @Test
    void a_job_that_fails_at_once_by_the_clients_fault_is_400_also_when_streamed() {
        var answer = ask("/v1/chat/completions", CHAT.formatted(", \"stream\": true"));
        rig.streams.claim(job());
        rig.streams.say(
                job(),
                new Body.Failed(ErrorCode.CONTEXT_LENGTH_EXCEEDED, "at most 2048 tokens", 1));

        var response = answer.join();

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"message\":\"at most 2048"
                            + " tokens\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"context_length_exceeded\"}}");
    }

    @Test
    void a_job_that_fails_by_our_fault_is_500_and_one_that_expires_504() {
        var failed = ask("/v1/completions", TEXT.formatted(""));
        rig.streams.claim(job());
        rig.streams.say(job(), new Body.Failed(ErrorCode.ENGINE_FAILED, "it broke", 1));
        assertThat(failed.join().statusCode()).isEqualTo(500);
        assertThat(failed.join().body()).contains("\"type\":\"server_error\"", "engine_failed");

        var expired = ask("/v1/completions", TEXT.formatted(", \"stream\": true"));
        rig.streams.close(job(), new Body.Expired());
        assertThat(expired.join().statusCode()).isEqualTo(504);
        assertThat(expired.join().headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void a_failure_in_the_middle_is_an_error_event_and_never_done() {
        var answer = ask("/v1/chat/completions", CHAT.formatted(", \"stream\": true"));
        rig.streams.claim(job());
        rig.streams.say(job(), new Body.Delta("Hel", 1));
        rig.streams.say(job(), new Body.Failed(ErrorCode.ENGINE_FAILED, "it broke", 1));

        var body = answer.join().body();

        assertThat(body)
                .contains("\"content\":\"Hel\"")
                .endsWith(
                        "data: {\"error\":{\"message\":\"it"
                            + " broke\",\"type\":\"server_error\",\"param\":null,\"code\":\"engine_failed\"}}\n\n")
                .doesNotContain("[DONE]");
    }

    @Test
    void an_answer_that_was_started_again_is_whole_when_gathered_and_an_error_when_streamed() {
        var whole = ask("/v1/completions", TEXT.formatted(""));
        rig.streams.claim(job());
        rig.streams.say(job(), new Body.Delta("lost", 1));
        rig.streams.say(job(), new Body.Restarted("other device"));
        rig.streams.say(job(), new Body.Delta("kept", 2));
        rig.streams.say(job(), DONE);
        assertThat(whole.join().body()).contains("\"text\":\"kept\"");

        var streamed = ask("/v1/completions", TEXT.formatted(", \"stream\": true"));
        rig.streams.claim(job());
        rig.streams.say(job(), new Body.Delta("lost", 1));
        rig.streams.say(job(), new Body.Restarted("other device"));
        assertThat(streamed.join().body()).contains("\"code\":\"restarted\"");
    }

    @Test
    void what_an_answer_looked_at_is_in_its_usage_and_where_chunks_ended_in_its_pieces() {
        var done = new Body.Completed(FinishReason.STOP, new Usage(3, 3, 0.25, 2, 4096));
        var counted =
                "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6,\"attended_fraction\":0.25,\"selections\":2,\"kv_bytes\":4096}";
        var whole = ask("/v1/chat/completions", CHAT.formatted(""));
        rig.streams.claim(job());
        rig.streams.say(job(), done);
        assertThat(whole.join().body()).contains(counted);

        var streamed =
                ask(
                        "/v1/completions",
                        TEXT.formatted(
                                ", \"stream\": true, \"stream_options\": {\"include_usage\":"
                                        + " true}"));
        rig.streams.claim(job());
        rig.streams.say(job(), new Body.Delta("One.", 1));
        rig.streams.say(job(), new Body.Delta("", List.of(2), List.of(), true));
        rig.streams.say(job(), new Body.Delta(" Two", 3));
        rig.streams.say(job(), new Body.Delta(" words", 4));
        rig.streams.say(job(), done);
        assertThat(streamed.join().body())
                .contains(
                        "\"text\":\"One.\",\"logprobs\"",
                        "\"text\":\" Two\",\"boundary\":true,\"logprobs\"",
                        "\"text\":\" words\",\"logprobs\"",
                        counted);
    }

    @Test
    void models_are_listed_under_all_their_names() {
        assertThat(rig.get("/v1/models").body())
                .startsWith(
                        "{\"object\":\"list\",\"data\":[{\"id\":\"stories\",\"object\":\"model\"")
                .contains("\"id\":\"Tiny-Stories\"", "\"attentions\":[\"softmax\"]");
        assertThat(rig.get("/v1/models/Tiny-Stories").body())
                .startsWith("{\"id\":\"Tiny-Stories\",\"object\":\"model\",\"created\":0");
        assertThat(rig.get("/v1/models/gpt-4").statusCode()).isEqualTo(404);
        assertThat(rig.get("/v1/models/gpt-4").body())
                .isEqualTo(
                        "{\"error\":{\"message\":\"there is no model 'gpt-4'; served are stories,"
                            + " shapes, clouds, scenes,"
                            + " anything\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_found\"}}");
    }
}
