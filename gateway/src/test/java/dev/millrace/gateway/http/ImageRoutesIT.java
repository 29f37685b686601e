package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Pictures over a log in memory: OpenAI's route, and the native one. */
class ImageRoutesIT {
    private static final Body.Completed DONE =
            new Body.Completed(FinishReason.STOP, new Usage(0, 256));
    private static final Body.Sweeps SWEEPS = new Body.Sweeps(List.of(12, 3), List.of());

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private CompletableFuture<HttpResponse<String>> ask(String fields) {
        int before = rig.jobs.jobs().size();
        var answer = rig.client.sendAsync(request(fields), HttpResponse.BodyHandlers.ofString());
        Rig.until("the job", () -> rig.jobs.jobs().size() > before);
        return answer;
    }

    private HttpRequest request(String fields) {
        return rig.request("/v1/images/generations")
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"shapes\",\"prompt\":\"disc\"%s}".formatted(fields)))
                .build();
    }

    private JobId job() {
        var job = rig.jobs.jobs().getLast();
        Rig.until("somebody follows", () -> rig.streams.subscriptions(job) > 0);
        return job;
    }

    private static Png png(String text) {
        return new Png(text.getBytes(UTF_8));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private void preview(JobId job, int picture, int index, double fraction) {
        rig.streams.say(
                job,
                new Body.Preview(
                        picture, index, 6, fraction, List.of(0.5), SWEEPS, png("p" + index)));
    }

    @Test
    void a_whole_answer_has_the_pictures_in_order_and_names_its_job() {
        var answer = ask(",\"n\":2,\"quality\":\"high\",\"seed\":7");
        var job = job();
        rig.streams.claim(job);
        preview(job, 0, 0, 0.5);
        rig.streams.say(job, new Body.Picture(1, SWEEPS, png("second")));
        rig.streams.say(job, new Body.Picture(0, SWEEPS, png("first")));
        rig.streams.say(job, DONE);

        var response = answer.join();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-millrace-job")).contains(job.toString());
        assertThat(response.body())
                .isEqualTo(
                        "{\"created\":1767323045,\"data\":[{\"b64_json\":\"%s\"},{\"b64_json\":\"%s\"}],"
                                        .formatted(base64("first"), base64("second"))
                                + "\"size\":\"32x32\",\"quality\":\"high\",\"background\":\"opaque\","
                                + "\"output_format\":\"png\",\"usage\":{\"input_tokens\":0,"
                                + "\"output_tokens\":512,\"total_tokens\":512,"
                                + "\"input_tokens_details\":{\"image_tokens\":0,\"text_tokens\":0}}}");
        assertThat(rig.jobs.submissions().getLast().task())
                .isEqualTo(
                        new Task.Picture(new PictureParameters(0, 2, 32, 7, 1.5, 1, Quality.HIGH)));
        assertThat(rig.jobs.submissions().getLast().cancelOnDisconnect()).isTrue();
    }

    @Test
    void a_stream_has_as_many_partial_images_as_asked_for_evenly_and_then_the_picture() {
        var answer = ask(",\"stream\":true,\"partial_images\":2");
        var job = job();
        rig.streams.claim(job);
        var fractions = List.of(0.1, 0.34, 0.4, 0.5, 0.7, 0.9);
        for (int i = 0; i < fractions.size(); i++) {
            preview(job, 0, i, fractions.get(i));
        }
        rig.streams.say(job, new Body.Picture(0, SWEEPS, png("done")));
        rig.streams.say(job, DONE);

        var told = events(answer);

        assertThat(told).hasSize(3);
        assertThat(told.get(0))
                .isEqualTo(
                        "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"%s\","
                                        .formatted(base64("p1"))
                                + "\"created_at\":1767323045,\"size\":\"32x32\",\"quality\":\"auto\","
                                + "\"background\":\"opaque\",\"output_format\":\"png\","
                                + "\"partial_image_index\":0}");
        assertThat(told.get(1))
                .startsWith("event: image_generation.partial_image\n")
                .contains(base64("p4"), "\"partial_image_index\":1");
        assertThat(told.get(2))
                .startsWith("event: image_generation.completed\n")
                .contains(base64("done"), "\"usage\":{\"input_tokens\":0,\"output_tokens\":256");
    }

    /** Waits for the end: the answer's head comes with the first event. */
    private static List<String> events(CompletableFuture<HttpResponse<String>> answer) {
        return List.of(answer.join().body().split("\n\n", -1)).stream()
                .filter(e -> !e.isEmpty())
                .toList();
    }

    @Test
    void a_failure_in_the_middle_is_an_error_event_and_no_picture() {
        var answer = ask(",\"stream\":true,\"partial_images\":1");
        var job = job();
        rig.streams.claim(job);
        preview(job, 0, 0, 0.6);
        rig.streams.say(job, new Body.Failed(ErrorCode.ENGINE_FAILED, "no picture", 1));

        var told = events(answer);

        assertThat(told).hasSize(2);
        assertThat(told.get(1))
                .startsWith("data: {\"error\":{\"message\":\"no picture\"")
                .contains("engine_failed");
    }

    @Test
    void a_job_that_fails_at_once_is_answered_with_what_was_wrong() {
        var answer = ask(",\"stream\":true");
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, new Body.Failed(ErrorCode.INVALID_REQUEST, "class must be", 1));

        assertThat(answer.join().statusCode()).isEqualTo(400);
        assertThat(answer.join().body()).contains("class must be");
    }

    @ParameterizedTest
    @CsvSource({
        "disc, 0",
        "ring, 1",
        "cat fish, 3",
        "a red DISC on white, 0",
        "one cat fish, 3",
        "a cat!, 2"
    })
    void a_prompt_names_a_class_exactly_or_among_other_words(String prompt, int label) {
        var _ =
                rig.client.sendAsync(
                        rig.request("/v1/images/generations")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"model\":\"shapes\",\"prompt\":\""
                                                        + prompt
                                                        + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        Rig.until("the job", () -> rig.jobs.jobs().size() == 1);

        assertThat(((Task.Picture) rig.jobs.submissions().getLast().task()).parameters().label())
                .isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "shapes | {\"class\":\"ring\"} | {\"guidance\":2,\"denoise\":0,\"seed\":5} | 1 | 2"
                        + " | 0",
                "shapes | {\"class\":2} | {\"size\":\"32x32\",\"seed\":5} | 2 | 1.5 | 1",
                "shapes | {} | {\"seed\":5} | -1 | 0 | 1",
                "clouds | {} | {\"guidance\":0,\"seed\":5} | -1 | 0 | 1",
            })
    void a_native_job_names_its_class_and_the_rest_is_the_models(
            String model,
            String input,
            String parameters,
            int label,
            double guidance,
            double denoise) {
        var response =
                rig.post(
                        "/v1/jobs",
                        "{\"model\":\"%s\",\"input\":%s,\"parameters\":%s}"
                                .formatted(model, input, parameters));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).contains("\"kind\":\"image\"");
        int side = model.equals("shapes") ? 32 : 64;
        assertThat(rig.jobs.submissions().getLast().task())
                .isEqualTo(
                        new Task.Picture(
                                new PictureParameters(
                                        label, 1, side, 5, guidance, denoise, Quality.AUTO)));
    }

    @Test
    void a_natively_read_stream_carries_pictures_in_base64() {
        rig.post("/v1/jobs", "{\"model\":\"shapes\",\"input\":{\"class\":0}}");
        var job = rig.jobs.jobs().getLast();
        rig.streams.claim(job);
        preview(job, 0, 0, 0.5);
        rig.streams.say(job, new Body.Picture(0, SWEEPS, png("done")));
        rig.streams.say(job, DONE);

        try (var events = rig.open("/v1/jobs/" + job + "/events")) {
            var told = events.rest();

            assertThat(told)
                    .extracting(SseClient.Event::event)
                    .containsExactly("accepted", "claimed", "preview", "picture", "completed");
            assertThat(told.get(2).data())
                    .isEqualTo(
                            "{\"job\":\"%s\",\"sequence\":1,\"attempt\":1,\"picture\":0,\"index\":0,"
                                            .formatted(job)
                                    + "\"block\":6,\"fraction\":0.5,\"residuals\":[0.5],\"sweeps\":[12,3],"
                                    + "\"content_type\":\"image/png\",\"image\":\"%s\"}"
                                            .formatted(base64("p0")));
            assertThat(told.get(3).data())
                    .endsWith(
                            "\"sequence\":2,\"attempt\":1,\"picture\":0,\"sweeps\":[12,3],"
                                    + "\"content_type\":\"image/png\",\"image\":\"%s\"}"
                                            .formatted(base64("done")));
        }
    }

    @Test
    void a_model_says_its_size_and_classes() {
        assertThat(rig.get("/v1/models/shapes").body())
                .contains(
                        "\"kind\":\"image\",\"size\":\"32x32\",\"classes\":[\"disc\",\"ring\",\"cat\",\"cat"
                            + " fish\"],\"max_n\":3,\"default_guidance\":1.5,\"default_denoise\":1.0,");
    }
}
