package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;

/** Whatever is wrong with a request is said before anything is queued. */
class BadInputIT {
    private static final String PROBLEM_JSON = "application/problem+json";

    private final Rig rig = new Rig();

    @AfterEach
    void nothing_was_queued() {
        rig.close();
        assertThat(rig.jobs.submissions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"model\": | the body must be JSON: Unexpected end-of-input",
                "[1] | the body must be a JSON object, was an array",
                "{} {} | the body must be JSON: Trailing token",
                "{\"model\":\"stories\",\"model\":\"x\"} | Duplicate field 'model'",
                "{\"input\":{\"prompt\":\"a\"}} | model must be a string, was not there",
                "{\"model\":7,\"input\":{\"prompt\":\"a\"}} | model must be a string, was 7",
                "{\"model\":\"gpt\",\"input\":{\"prompt\":\"a\"}} | there is no model 'gpt'; served"
                        + " are stories",
                "{\"model\":\"stories\"} | input must be an object, was not there",
                "{\"model\":\"stories\",\"input\":\"a\"} | input must be an object, was \\\"a\\\"",
                "{\"model\":\"stories\",\"input\":{}} | input.prompt must be given, or else"
                        + " messages",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\",\"messages\":[]}} |"
                        + " input.messages must not be given together with prompt",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"\"}} | input.prompt must not be"
                        + " empty",
                "{\"model\":\"stories\",\"input\":{\"prompt\":[\"a\"]}} | input.prompt must be a"
                        + " string, was an array",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\\ud83d\"}} | character 1 is half"
                        + " a surrogate pair (U+D83D)",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\",\"image\":\"b\"}} | input.image"
                        + " is not known; expected any of prompt, messages",
                "{\"model\":\"stories\",\"input\":{\"messages\":[]}} | input.messages must hold at"
                        + " least one message, held none",
                "{\"model\":\"stories\",\"input\":{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}}"
                    + " | input.messages[0].role must be system, developer, user or assistant, was"
                    + " 'tool'",
                "{\"model\":\"stories\",\"input\":{\"messages\":[{\"role\":\"user\"}]}} |"
                        + " input.messages[0].content must be a string, was not there",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"max_tokens\":0}}"
                    + " | parameters.max_tokens must be a whole number, 1..2048, was 0",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"max_tokens\":1.5}}"
                    + " | parameters.max_tokens must be a whole number, 1..2048, was 1.5",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"max_tokens\":2049}}"
                    + " | was 2049",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"temperature\":2.1}}"
                    + " | parameters.temperature must be a number, 0.0..2.0, was 2.1",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"temperature\":NaN}}"
                    + " | Non-standard token 'NaN'",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"temperature\":\"NaN\"}}"
                    + " | parameters.temperature must be a number, 0.0..2.0, was \\\"NaN\\\"",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"temperature\":1e999}}"
                    + " | parameters.temperature must be a number, 0.0..2.0, was Infinity",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"top_p\":0}}"
                        + " | parameters.top_p must be a number above 0, to 1, was 0",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"seed\":1e30}}"
                    + " | parameters.seed must be a whole number",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"stop\":[\"\"]}}"
                    + " | parameters.stop must hold strings of 1..1024 characters, held one of 0",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"stop\":7}} |"
                        + " parameters.stop must be an array, was 7",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"attention\":\"flash\"}}"
                    + " | parameters.attention must be one of auto, softmax, chunk, eco, was"
                    + " 'flash'",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"attention\":\"chunk\"}}"
                    + " | parameters.attention must be auto or what stories offers: softmax, was"
                    + " 'chunk'",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"attention\":1}}"
                    + " | parameters.attention must be a string, was 1",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"parameters\":{\"beams\":2}}"
                        + " | parameters.beams is not known",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"deadline\":0} | deadline"
                        + " must be a number, 0.001..43200.0, was 0",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"on_disconnect\":\"stop\"} |"
                        + " on_disconnect must be continue or cancel, was 'stop'",
                "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"priority\":1} | priority is"
                        + " not known; expected any of model",
            })
    void a_bad_job_says_what_was_wrong_what_was_expected_and_the_value(String json, String detail) {
        var response = rig.post("/v1/jobs", json);

        assertThat(response.statusCode()).isBetween(400, 404);
        assertThat(response.headers().firstValue("content-type")).contains(PROBLEM_JSON);
        assertThat(response.body()).contains(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "shapes | {\"class\":\"dog\"} | {} | input.class must be one of disc, ring, cat,"
                        + " cat fish, was 'dog'",
                "shapes | {\"class\":4} | {} | input.class must be a whole number, 0..3, was 4",
                "shapes | {\"class\":[1]} | {} | input.class must be a whole number, 0..3, was an",
                "shapes | {\"prompt\":\"disc\"} | {} | input.prompt is not known",
                "shapes | {\"class\":0} | {\"n\":4} | parameters.n must be a whole number, 1..3",
                "shapes | {\"class\":0} | {\"size\":\"64x64\"} | parameters.size must be auto or"
                        + " 32x32, which is what shapes makes, was '64x64'",
                "shapes | {\"class\":0} | {\"size\":\"32\"} | parameters.size must be auto or"
                        + " 32x32",
                "shapes | {\"class\":0} | {\"guidance\":21} | parameters.guidance must be a number,"
                        + " 0.0..20.0, was 21",
                "shapes | {} | {\"guidance\":1} | parameters.guidance must be 0 or left out where"
                        + " no class is named",
                "shapes | {\"class\":0} | {\"denoise\":3} | parameters.denoise must be a number",
                "shapes | {\"class\":0} | {\"quality\":\"hd\"} | parameters.quality must be auto,"
                        + " low, medium or high, was 'hd'",
                "shapes | {\"class\":0} | {\"temperature\":1} | parameters.temperature is not"
                        + " known",
                "clouds | {\"class\":0} | {} | input.class must be left out, as clouds has no"
                        + " classes",
                "clouds | {} | {\"guidance\":1} | parameters.guidance must be 0 or left out, as"
                        + " clouds has no classes",
            })
    void a_bad_job_for_pictures_is_refused_before_anything_is_queued(
            String model, String input, String parameters, String detail) {
        var response =
                rig.post(
                        "/v1/jobs",
                        "{\"model\":\"%s\",\"input\":%s,\"parameters\":%s}"
                                .formatted(model, input, parameters));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(detail);
        assertThat(rig.jobs.jobs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"prompt\":\"a dog\" | prompt must name one class of shapes: disc, ring, cat, cat"
                        + " fish; was 'a dog', which names none | prompt",
                "\"prompt\":\"a disc in a ring\" | which names 2 | prompt",
                "\"prompt\":\"discs\" | which names none | prompt",
                "\"n\":1 | prompt must name one class | prompt",
                "\"prompt\":\"disc\",\"response_format\":\"url\" | response_format is not supported"
                        + " | response_format",
                "\"prompt\":\"disc\",\"background\":\"transparent\" | background is not supported |"
                        + " background",
                "\"prompt\":\"disc\",\"partial_images\":2 | partial_images needs stream to be true"
                        + " | partial_images",
                "\"prompt\":\"disc\",\"stream\":true,\"partial_images\":4 | partial_images must be"
                        + " a whole number, 0..3, was 4 | partial_images",
                "\"prompt\":\"disc\",\"size\":\"1024x1024\" | size must be auto or 32x32 | size",
                "\"prompt\":\"disc\",\"quality\":\"hd\" | quality must be auto, low, medium or high"
                        + " | quality",
                "\"prompt\":\"disc\",\"grammar\":1 | grammar is not known | grammar",
            })
    void a_bad_request_for_images_is_refused_in_openais_shape(
            String fields, String message, String parameter) {
        var response = rig.post("/v1/images/generations", "{\"model\":\"shapes\"," + fields + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"error\":{\"message\":\"")
                .contains(message)
                .contains("\"param\":\"" + parameter + "\"");
        assertThat(rig.jobs.jobs()).isEmpty();
    }

    @Test
    void a_model_of_another_kind_is_refused_on_every_surface() {
        assertThat(
                        rig.post(
                                        "/v1/images/generations",
                                        "{\"model\":\"stories\",\"prompt\":\"a\"}")
                                .body())
                .contains("model must be of kind image, stories is text");
        assertThat(rig.post("/v1/completions", "{\"model\":\"shapes\",\"prompt\":\"disc\"}").body())
                .contains("model must be of kind text, shapes is image");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"tools\":[{\"type\":\"function\"}] | tools is not supported | tools",
                "\"n\":2 | n is not supported; expected it to be left out, was 2 | n",
                "\"response_format\":{\"type\":\"json_object\"} | response_format is not supported"
                        + " | response_format",
                "\"presence_penalty\":0.1 | presence_penalty is not supported | presence_penalty",
                "\"logit_bias\":{\"5\":1} | logit_bias is not supported | logit_bias",
                "\"temperature\":3 | temperature must be a number, 0.0..2.0, was 3 | temperature",
                "\"max_tokens\":1,\"max_completion_tokens\":2 | are one and must agree, were 1 and"
                        + " 2 | max_tokens",
                "\"top_logprobs\":2 | top_logprobs needs logprobs to be true | top_logprobs",
                "\"stream_options\":{\"include_usage\":true} | stream_options needs stream to be"
                        + " true | stream_options",
                "\"stream\":\"yes\" | stream must be true or false, was \\\"yes\\\" | stream",
                "\"attention\":\"Chunk\" | attention must be one of auto, softmax, chunk, eco, was"
                        + " 'Chunk' | attention",
                "\"attention\":\"chunk\" | attention must be auto or what stories offers: softmax,"
                        + " was 'chunk' | attention",
                "\"grammar\":\"x\" | grammar is not known | grammar",
            })
    void a_bad_chat_is_refused_by_the_parameters_name_in_openais_shape(
            String field, String message, String parameter) {
        var response =
                rig.post(
                        "/v1/chat/completions",
                        "{\"model\":\"stories\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + field
                                + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"error\":{\"message\":\"")
                .contains(message, "\"type\":\"invalid_request_error\"")
                .contains("\"param\":\"" + parameter + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"prompt\":\"a\",\"echo\":true | echo is not supported",
                "\"prompt\":\"a\",\"best_of\":3 | best_of is not supported",
                "\"prompt\":\"a\",\"suffix\":\"z\" | suffix is not supported",
                "\"prompt\":[\"a\",\"b\"] | prompt must be one string, was an array of 2",
                "\"prompt\":[1,2] | prompt must be one string, was an array of 2",
                "\"prompt\":\"\" | prompt must not be empty",
                "\"prompt\":\"a\",\"logprobs\":6 | logprobs must be a whole number, 0..5, was 6",
            })
    void a_bad_completion_is_refused_by_name(String fields, String message) {
        var response = rig.post("/v1/completions", "{\"model\":\"stories\"," + fields + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{").contains(message);
    }

    @Test
    void a_prompt_that_cannot_fit_is_refused_with_both_numbers() {
        var prompt = "é".repeat(10_001);

        var nativeAnswer =
                rig.post(
                        "/v1/jobs",
                        "{\"model\":\"stories\",\"input\":{\"prompt\":\"" + prompt + "\"}}");
        var openAi =
                rig.post(
                        "/v1/completions", "{\"model\":\"stories\",\"prompt\":\"" + prompt + "\"}");

        assertThat(nativeAnswer.statusCode()).isEqualTo(400);
        assertThat(nativeAnswer.body())
                .contains("input.prompt must have at most 20000 bytes", "had 20002");
        assertThat(openAi.body()).contains("\"code\":\"context_length_exceeded\"");
    }

    @Test
    void bytes_that_are_not_utf8_are_refused_where_they_are() {
        var json = "{\"model\":\"stories\",\"input\":{\"prompt\":\"caf\u00e9\"}}";

        var response = send(json.getBytes(ISO_8859_1));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("the body must be UTF-8, byte 41 is not (0xE9)");
    }

    @Test
    void a_form_is_not_json() {
        var response =
                rig.send(
                        rig.request("/v1/jobs")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("a=b"))
                                .build());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("the content type must be application/json, was 'application/x-www-form");
    }

    @Test
    void a_body_just_above_the_limit_is_413_with_both_numbers_whether_its_length_is_told_or_not() {
        var above = new byte[Rig.BODY_LIMIT + 1];
        Arrays.fill(above, (byte) ' ');

        var told = send(above);
        var untold =
                rig.send(
                        rig.request("/v1/jobs")
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(above)))
                                .build());

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("at most 100000 bytes, had 100001");
        assertThat(untold.statusCode()).isEqualTo(413);
        assertThat(untold.body()).contains("at most 100000 bytes, had at least 1000");
    }

    @Test
    void a_body_far_above_the_limit_is_413_too() {
        assertThat(send(new byte[3 * Rig.BODY_LIMIT]).statusCode()).isEqualTo(413);
    }

    private HttpResponse<String> send(byte[] body) {
        return rig.send(
                rig.request("/v1/jobs")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    @Test
    void pages_of_other_sites_may_not_act_and_friends_may() {
        var foreign = origin("http://evil.example");
        var own = origin("http://127.0.0.1:" + rig.port);
        var friend = origin("http://friend.example");

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.body()).contains("'http://evil.example'");
        assertThat(own.statusCode()).isEqualTo(400);
        assertThat(friend.statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> origin(String origin) {
        return rig.send(
                rig.request("/v1/jobs")
                        .header("Origin", origin)
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build());
    }
}
