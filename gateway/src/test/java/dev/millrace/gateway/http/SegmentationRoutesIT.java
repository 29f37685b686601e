package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Masks over a log in memory: their own route, of JSON and of a form, and the native one. */
class SegmentationRoutesIT {
    private static final byte[] PNG = Drawings.png(40, 30);
    private static final String BASE64 = Base64.getEncoder().encodeToString(PNG);
    private static final Body.Completed DONE =
            new Body.Completed(FinishReason.STOP, new Usage(new Usage.Segmented(1, 2, 2, 30, 90)));

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private static HttpRequest.BodyPublisher json(String fields) {
        return HttpRequest.BodyPublishers.ofString(
                "{\"model\":\"scenes\",\"image\":\"%s\"%s}".formatted(BASE64, fields));
    }

    private CompletableFuture<HttpResponse<String>> ask(String fields) {
        var request =
                rig.request("/v1/segmentations")
                        .header("Content-Type", "application/json")
                        .POST(json(fields))
                        .build();
        return rig.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private JobId job() {
        Rig.until("the job", () -> !rig.jobs.jobs().isEmpty());
        var job = rig.jobs.jobs().getLast();
        Rig.until("somebody follows", () -> rig.streams.subscriptions(job) > 0);
        return job;
    }

    private static Body.Mask mask(int index, double score) {
        return new Body.Mask(
                index,
                "leaf",
                Body.Mask.FOUND,
                score,
                new Body.Box(1, 2, 3, 4),
                9,
                new Body.Outline.Runs(30, 40, "0\\5]"));
    }

    private SegmentationParameters asked() {
        return ((Task.Segmentation) rig.jobs.submissions().getLast().task()).parameters();
    }

    @Test
    void a_whole_answer_has_the_masks_as_they_came_and_what_they_took() {
        var answer = ask("");
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(
                job, new Body.Progress("draw", 0.5, List.of(new Body.Presence("leaf", 1)), 2));
        rig.streams.say(job, mask(0, 0.75));
        rig.streams.say(job, mask(1, 0.5));
        rig.streams.say(job, DONE);

        var response = answer.join();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Location")).contains("/v1/jobs/" + job);
        var first =
                "{\"index\":0,\"class\":\"leaf\",\"score\":0.75,\"bbox\":[1,2,3,4],\"area\":9,"
                        + "\"segmentation\":{\"size\":[30,40],\"counts\":\"0\\\\5]\"}}";
        assertThat(response.body())
                .isEqualTo(
                        ("{\"job\":\"%s\",\"masks\":[%s,%s],\"finish_reason\":\"stop\",\"usage\":{"
                             + "\"prompt_tokens\":0,\"completion_tokens\":0,\"classes\":1,"
                             + "\"prompts\":2,\"masks\":2,\"first_mask_ms\":30,\"ms\":90}}")
                                .formatted(
                                        job,
                                        first,
                                        first.replace("\"index\":0", "\"index\":1")
                                                .replace("0.75", "0.5")));
        assertThat(asked())
                .isEqualTo(
                        new SegmentationParameters(
                                List.of("red ball", "leaf"), List.of(), 50, 0.25, MaskFormat.RLE));
        assertThat(rig.jobs.submissions().getLast().cancelOnDisconnect()).isTrue();
    }

    @Test
    void a_stream_is_the_jobs_own_and_goes_on_without_its_reader() {
        var request =
                rig.request("/v1/segmentations")
                        .header("Content-Type", "application/json")
                        .POST(json(",\"stream\":true,\"format\":\"polygon\""))
                        .build();
        try (var events = rig.open(request)) {
            var job = job();
            rig.streams.claim(job);
            rig.streams.say(job, mask(0, 0.75));
            rig.streams.say(job, DONE);

            var told = events.rest();

            assertThat(told)
                    .extracting(SseClient.Event::event)
                    .containsExactly("accepted", "claimed", "mask", "completed");
            assertThat(told.get(2).data())
                    .startsWith(
                            "{\"job\":\"" + job + "\",\"sequence\":1,\"attempt\":1,\"index\":0,");
        }
        assertThat(asked().format()).isEqualTo(MaskFormat.POLYGON);
        assertThat(rig.jobs.submissions().getLast().cancelOnDisconnect()).isFalse();
    }

    @Test
    void a_form_brings_the_file_itself_and_names_with_commas_between_them() {
        var form =
                new MultipartForm()
                        .field("model", "scenes")
                        .field("classes", "leaf, grey pebble")
                        .field("max_masks", "7")
                        .field("min_score", "0.5")
                        .field("prompts", "[{\"box\":[1,2,10,20]},{\"points\":[[5,6.5,1]]}]")
                        .file("image", "scene.png", PNG);
        var answer =
                rig.client.sendAsync(
                        rig.request("/v1/segmentations")
                                .header("Content-Type", form.contentType())
                                .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, DONE);

        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(rig.jobs.submissions().getLast().task())
                .isEqualTo(
                        new Task.Segmentation(
                                new PictureFile(PNG),
                                new SegmentationParameters(
                                        List.of("leaf", "grey pebble"),
                                        List.of(
                                                new MaskPrompt(
                                                        Optional.of(
                                                                new MaskPrompt.Box(1, 2, 10, 20)),
                                                        List.of()),
                                                new MaskPrompt(
                                                        Optional.empty(),
                                                        List.of(
                                                                new MaskPrompt.Point(
                                                                        5, 6.5, true)))),
                                        7,
                                        0.5,
                                        MaskFormat.RLE)));
    }

    @Test
    void a_form_may_ask_as_much_as_json() {
        var points = Stream.generate(() -> "[12.34567,12.34567,1]").limit(MaskPrompt.MAX_POINTS);
        var prompt = "{\"points\":[" + points.collect(Collectors.joining(",")) + "]}";
        var prompts = Stream.generate(() -> prompt).limit(SegmentationParameters.MAX_PROMPTS);
        var classes =
                IntStream.range(0, SegmentationParameters.MAX_CLASSES)
                        .mapToObj(i -> "n".repeat(97) + "%03d".formatted(i));
        var form =
                new MultipartForm()
                        .field("model", "scenes")
                        .field("classes", classes.collect(Collectors.joining(",")))
                        .field("prompts", "[" + prompts.collect(Collectors.joining(",")) + "]")
                        .file("image", "scene.png", PNG);

        var answer =
                rig.client.sendAsync(
                        rig.request("/v1/segmentations")
                                .header("Content-Type", form.contentType())
                                .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, DONE);

        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(asked().classes()).hasSize(SegmentationParameters.MAX_CLASSES);
        assertThat(asked().prompts()).hasSize(SegmentationParameters.MAX_PROMPTS);
    }

    @Test
    void masks_from_before_a_restart_are_not_told() {
        var answer = ask("");
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, mask(0, 0.75));
        rig.streams.say(job, new Body.Restarted("other masks"));
        rig.streams.say(job, mask(0, 0.5));
        rig.streams.say(job, DONE);

        assertThat(answer.join().body()).contains("\"score\":0.5,").doesNotContain("0.75");
    }

    @Test
    void a_job_that_fails_at_once_is_answered_with_what_was_wrong() {
        var answer = ask("");
        var job = job();
        rig.streams.claim(job);
        rig.streams.say(job, new Body.Progress("encode", 0));
        rig.streams.say(job, new Body.Failed(ErrorCode.INVALID_REQUEST, "no picture", 1));

        assertThat(answer.join().statusCode()).isEqualTo(400);
        assertThat(answer.join().body()).contains("no picture");
    }

    @Test
    void a_native_job_brings_its_picture_as_a_data_url_too() {
        var response =
                rig.post(
                        "/v1/jobs",
                        ("{\"model\":\"scenes\",\"input\":{\"image\":\"data:image/png;base64,%s\","
                             + "\"classes\":\"leaf\"},\"parameters\":{\"format\":\"png\"}}")
                                .formatted(BASE64));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).contains("\"kind\":\"segment\"");
        assertThat(asked().classes()).containsExactly("leaf");
        assertThat(asked().format()).isEqualTo(MaskFormat.PNG);
    }

    @Test
    void only_prompts_are_answered_where_no_classes_are_named_beside_them() {
        var response =
                rig.post(
                        "/v1/jobs",
                        "{\"model\":\"scenes\",\"input\":{\"image\":\"%s\",\"prompts\":[{\"points\":[[1,1,1]]}]}}"
                                .formatted(BASE64));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(asked().classes()).isEmpty();
    }

    @Test
    void a_model_says_its_classes_and_limits() {
        assertThat(rig.get("/v1/models/scenes").body())
                .contains(
                        "\"kind\":\"segment\",\"classes\":[\"red"
                                + " ball\",\"leaf\"],\"max_pixels\":1000000,"
                                + "\"max_masks\":50,\"default_min_score\":0.25,");
    }

    @Test
    void a_job_that_is_done_says_what_it_took() {
        rig.post(
                "/v1/jobs",
                "{\"model\":\"scenes\",\"input\":{\"image\":\"%s\"}}".formatted(BASE64));
        var job = rig.jobs.jobs().getLast();
        rig.streams.claim(job);
        rig.streams.say(job, DONE);

        assertThat(rig.get("/v1/jobs/" + job).body())
                .contains("\"masks\":2,\"first_mask_ms\":30,\"ms\":90");
    }
}
