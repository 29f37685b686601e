package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** The native routes over a log in memory. */
class JobRoutesIT {
    private static final String JOB =
            """
            {"model": "stories", "input": {"prompt": "Once"}}\
            """;
    private static final Body.Completed DONE =
            new Body.Completed(FinishReason.STOP, new Usage(3, 2));

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private JobId submit() {
        assertThat(rig.post("/v1/jobs", JOB).statusCode()).isEqualTo(202);
        return rig.jobs.jobs().getLast();
    }

    @Test
    void a_submitted_job_has_an_address_and_is_queued() {
        var response = rig.post("/v1/jobs", JOB);

        var job = rig.jobs.jobs().getFirst();
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Location")).contains("/v1/jobs/" + job);
        assertThat(response.body())
                .isEqualTo(
                        "{\"id\":\"%s\",\"model\":\"stories\",\"kind\":\"text\",\"state\":\"queued\",\"created\":\"2026-01-02T03:04:05.678Z\",\"attempt\":0}"
                                .formatted(job));
        assertThat(rig.jobs.submissions().getFirst().deadline()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void a_job_is_queued_then_running_then_completed_with_its_usage() {
        var job = submit();
        assertThat(rig.get("/v1/jobs/" + job).body()).contains("\"state\":\"queued\"");

        rig.streams.claim(job);
        assertThat(rig.get("/v1/jobs/" + job).body())
                .contains("\"state\":\"running\"", "\"attempt\":1");

        rig.streams.say(job, DONE);
        assertThat(rig.get("/v1/jobs/" + job).body())
                .contains(
                        "\"state\":\"completed\"",
                        "\"finish_reason\":\"stop\"",
                        "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}");
    }

    @Test
    void a_prompt_that_was_known_in_part_is_told_in_the_usage() {
        var job = submit();
        rig.streams.claim(job);
        rig.streams.say(
                job, new Body.Completed(FinishReason.STOP, new Usage(300, 2, 1, 0, 4096, 256)));

        assertThat(rig.get("/v1/jobs/" + job).body())
                .contains("\"kv_bytes\":4096,\"cached_tokens\":256}");
    }

    @Test
    void a_failed_job_says_why() {
        var job = submit();
        rig.streams.claim(job);
        rig.streams.say(job, new Body.Failed(ErrorCode.ENGINE_FAILED, "it broke", 1));

        var body = rig.get("/v1/jobs/" + job).body();

        assertThat(body)
                .contains(
                        "\"state\":\"failed\"",
                        "\"error\":{\"code\":\"engine_failed\",\"message\":\"it"
                                + " broke\",\"attempts\":1}");
    }

    @Test
    void a_stream_is_told_from_accepted_to_its_end_with_the_logs_own_json() {
        var job = submit();
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            assertThat(stream.response().headers().map())
                    .containsEntry("content-type", List.of("text/event-stream"))
                    .containsEntry("cache-control", List.of("no-store"))
                    .containsEntry("x-accel-buffering", List.of("no"));
            assertThat(stream.block()).contains(List.of("retry: 1000"));
            assertThat(stream.next())
                    .contains(
                            new SseClient.Event(
                                    Cursor.at(job).toString(),
                                    "accepted",
                                    "{\"job\":\"" + job + "\",\"sequence\":0,\"attempt\":0}"));
            rig.streams.claim(job);
            rig.streams.say(job, new Body.Delta("été \n", 7));
            rig.streams.say(job, DONE);

            var rest = stream.rest();

            assertThat(rest)
                    .extracting(SseClient.Event::event)
                    .containsExactly("claimed", "delta", "completed");
            assertThat(rest)
                    .extracting(SseClient.Event::id)
                    .containsExactlyElementsOf(
                            rig.streams.events(job).stream()
                                    .map(event -> event.cursor().toString())
                                    .toList());
            assertThat(rest.get(0).data())
                    .isEqualTo("{\"job\":\"" + job + "\",\"attempt\":1,\"worker\":\"worker-1\"}");
            assertThat(rest.get(1).data())
                    .isEqualTo(
                            "{\"job\":\""
                                    + job
                                    + "\",\"sequence\":1,\"attempt\":1,\"text\":\"été"
                                    + " \\n\",\"tokens\":[7]}");
        }
    }

    @Test
    void a_closing_event_without_content_is_told_with_its_place() {
        var job = submit();
        rig.post("/v1/jobs/" + job + "/cancel", "");

        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            assertThat(stream.rest().getLast().data())
                    .isEqualTo("{\"job\":\"" + job + "\",\"sequence\":1,\"attempt\":0}");
        }
    }

    @Test
    void a_stream_is_resumed_after_any_event_by_header_and_by_query() {
        var job = submit();
        rig.streams.claim(job);
        for (int i = 0; i < 5; i++) {
            rig.streams.say(job, new Body.Delta("t" + i, i));
        }
        rig.streams.say(job, DONE);
        var all = rig.open("/v1/jobs/" + job + "/events").rest();

        for (int i = 0; i < all.size() - 1; i++) {
            var id = all.get(i).id();
            try (var byHeader = rig.open("/v1/jobs/" + job + "/events", "Last-Event-ID", id);
                    var byQuery = rig.open("/v1/jobs/" + job + "/events?after=" + id)) {
                assertThat(byHeader.rest()).isEqualTo(all.subList(i + 1, all.size()));
                assertThat(byQuery.rest()).isEqualTo(all.subList(i + 1, all.size()));
            }
        }
    }

    @Test
    void a_client_that_saw_the_end_is_told_not_to_come_back() {
        var job = submit();
        rig.streams.claim(job);
        rig.streams.say(job, DONE);
        var end = rig.streams.events(job).getLast().cursor().toString();

        var response = rig.get("/v1/jobs/" + job + "/events", "Last-Event-ID", end);

        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    void a_cursor_of_another_place_is_gone_and_one_of_no_place_is_invalid() {
        var job = submit();

        var gone = rig.get("/v1/jobs/" + job + "/events?after=" + "0".repeat(27) + "9");
        var ended = rig.get("/v1/jobs/" + job + "/events?after=0000000000017fffffff00000001");
        var invalid = rig.get("/v1/jobs/" + job + "/events?after=yesterday");

        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(ended.statusCode()).isEqualTo(410);
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(invalid.body()).contains("after must be the id of an event", "'yesterday'");
    }

    @Test
    void a_cancelled_job_says_how_it_ended_each_time() {
        var job = submit();

        var first = rig.post("/v1/jobs/" + job + "/cancel", "");
        var second = rig.post("/v1/jobs/" + job + "/cancel", "");

        assertThat(first.body()).isEqualTo("{\"id\":\"" + job + "\",\"state\":\"cancelled\"}");
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void a_forged_id_is_unknown_everywhere() {
        for (var id : List.of("nonsense", new JobId(0, 1, JobKey.random()).toString())) {
            for (var path : List.of("", "/events")) {
                var response = rig.get("/v1/jobs/" + id + path);
                assertThat(response.statusCode()).isEqualTo(404);
                assertThat(response.headers().firstValue("content-type"))
                        .contains("application/problem+json");
                assertThat(response.body()).contains("\"code\":\"job_not_found\"", id);
            }
            assertThat(rig.post("/v1/jobs/" + id + "/cancel", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void a_wrong_method_names_the_right_one() {
        var response = rig.post("/v1/jobs/x", "{}");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET");
        assertThat(response.body()).contains("the method must be GET, was POST");
    }

    @Test
    void what_is_not_there_is_said_in_the_words_of_whoever_asks() {
        assertThat(rig.get("/v1/embeddings").body()).startsWith("{\"error\":{");
        assertThat(rig.get("/nothing").body()).startsWith("{\"type\":\"urn:millrace:problem:");
        assertThat(rig.get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void too_many_open_jobs_are_429_with_a_time() {
        rig.jobs.refuse(
                Refusal.later(Reason.TOO_MANY, Duration.ofMillis(1500), "at most 1000 open jobs"));

        var response = rig.post("/v1/jobs", JOB);

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
    }

    @Test
    void a_log_that_is_away_is_503_with_a_time() {
        rig.jobs.refuse(Refusal.of(Reason.UNAVAILABLE, "the log cannot be reached"));

        var response = rig.post("/v1/jobs", JOB);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void a_stream_that_cannot_be_read_on_ends_with_a_comment_so_that_the_client_comes_back() {
        var job = submit();
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            stream.next();
            rig.streams.fail(job, new IllegalStateException("secret"));

            var last = stream.block();

            assertThat(last).contains(List.of(": internal"));
            assertThat(stream.block()).isEmpty();
        }
    }

    @Test
    void the_console_and_the_contracts_are_served_under_a_strict_policy() {
        var page = rig.get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body()).contains("id=\"prompt\"", "id=\"send\"", "id=\"output\"");
        for (var path :
                List.of(
                        "/console/console.js",
                        "/console/pictures.js",
                        "/console/console.css",
                        "/console/icon.svg",
                        "/openapi.yaml",
                        "/asyncapi.yaml")) {
            assertThat(rig.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }
}
