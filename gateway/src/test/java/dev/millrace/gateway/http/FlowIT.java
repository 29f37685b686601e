package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Slow clients, quiet streams, clients that leave, and bodies as large as they may be. */
class FlowIT {
    private static final HttpLimits QUICK_BEATS =
            new HttpLimits(
                    Rig.BODY_LIMIT,
                    10L * Rig.BODY_LIMIT,
                    Duration.ofSeconds(30),
                    2,
                    Duration.ofSeconds(60),
                    4,
                    Duration.ofMillis(50),
                    8 * 1024);

    private final Rig rig = new Rig(QUICK_BEATS);

    @AfterEach
    void stop() {
        rig.close();
    }

    private JobId submit(String more) {
        rig.post("/v1/jobs", "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}" + more + "}");
        return rig.jobs.jobs().getLast();
    }

    @Test
    void a_client_that_does_not_read_pauses_its_stream_and_misses_nothing() {
        var job = submit("");
        rig.streams.claim(job);
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            var text = "x".repeat(4000);
            var counter = new AtomicInteger();
            Rig.until(
                    "the stream is paused",
                    () -> {
                        for (int i = 0; i < 20; i++) {
                            rig.streams.say(job, new Body.Delta(text, counter.getAndIncrement()));
                        }
                        return rig.streams.pauses(job) > 0;
                    });
            int said = counter.get();
            rig.streams.say(job, new Body.Completed(FinishReason.STOP, new Usage(1, said)));

            var events = stream.rest();

            assertThat(events).hasSize(said + 3); // accepted, claimed, completed
            for (int i = 0; i < said; i++) {
                assertThat(events.get(i + 2).data()).endsWith("\"tokens\":[" + i + "]}");
            }
        }
    }

    @Test
    void a_quiet_stream_shows_signs_of_life() {
        var job = submit("");
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            stream.next();

            assertThat(stream.block()).contains(List.of(":"));
            assertThat(stream.block()).contains(List.of(":"));
        }
    }

    @Test
    void a_client_that_leaves_ends_its_subscription_and_the_job_goes_on() {
        var job = submit("");
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            stream.next();
            assertThat(rig.streams.subscriptions(job)).isOne();
        }

        Rig.until("nobody follows", () -> rig.streams.subscriptions(job) == 0);
        assertThat(rig.jobs.cancelled()).isEmpty();
    }

    @Test
    void a_client_that_leaves_ends_a_job_that_was_to_end_then() {
        var job = submit(",\"on_disconnect\":\"cancel\"");
        try (var stream = rig.open("/v1/jobs/" + job + "/events")) {
            stream.next();
        }

        Rig.until("the job is cancelled", () -> rig.jobs.cancelled().contains(job));
    }

    @Test
    void a_client_that_leaves_before_its_chat_is_answered_ends_the_job_unless_it_said_otherwise() {
        var kept = leave(",\"on_disconnect\":\"continue\"");
        var ended = leave("");

        Rig.until("the job is cancelled", () -> rig.jobs.cancelled().contains(ended));
        assertThat(rig.jobs.cancelled()).doesNotContain(kept);
    }

    private JobId leave(String more) {
        int before = rig.jobs.jobs().size();
        var request =
                rig.request("/v1/chat/completions")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"stories\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"
                                                + more
                                                + "}"))
                        .build();
        var answer = rig.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        Rig.until("the job", () -> rig.jobs.jobs().size() > before);
        var job = rig.jobs.jobs().getLast();
        Rig.until("somebody follows", () -> rig.streams.subscriptions(job) == 1);
        answer.cancel(true);
        Rig.until("nobody follows", () -> rig.streams.subscriptions(job) == 0);
        return job;
    }

    @Test
    void a_body_just_below_the_limit_is_read() {
        var json = "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}";
        var body = new byte[Rig.BODY_LIMIT];
        Arrays.fill(body, (byte) ' ');
        System.arraycopy(json.getBytes(UTF_8), 0, body, 0, json.length());
        body[body.length - 1] = '}';

        var response =
                rig.send(
                        rig.request("/v1/jobs")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build());

        assertThat(response.statusCode()).isEqualTo(202);
    }

    @Test
    void a_connection_too_many_is_429() {
        var job = submit("");
        try (var first = rig.open("/v1/jobs/" + job + "/events");
                var second = rig.open("/v1/jobs/" + job + "/events")) {
            first.next();
            second.next();

            var third = rig.get("/v1/jobs/" + job);

            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.body()).contains("at most 2 connections may be open");
        }
    }

    @Test
    void a_connection_without_a_request_is_closed_and_one_that_waits_is_not() throws IOException {
        var idle =
                new HttpLimits(
                        Rig.BODY_LIMIT,
                        10L * Rig.BODY_LIMIT,
                        Duration.ofSeconds(30),
                        100,
                        Duration.ofMillis(200),
                        4,
                        Duration.ofSeconds(15),
                        8 * 1024);
        try (var hasty = new Rig(idle)) {
            hasty.post("/v1/jobs", "{\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}");
            var job = hasty.jobs.jobs().getLast();
            try (var waiting = hasty.open("/v1/jobs/" + job + "/events");
                    var silent = new Socket(InetAddress.getLoopbackAddress(), hasty.port)) {
                silent.setSoTimeout(30_000);
                waiting.next();

                assertThat(silent.getInputStream().read()).isEqualTo(-1);

                hasty.streams.claim(job);
                assertThat(waiting.next().orElseThrow().event()).isEqualTo("claimed");
            }
        }
    }

    @Test
    void bodies_that_are_held_together_are_bounded_too() throws IOException {
        var tight =
                new HttpLimits(
                        Rig.BODY_LIMIT,
                        Rig.BODY_LIMIT,
                        Duration.ofSeconds(30),
                        100,
                        Duration.ofSeconds(60),
                        4,
                        Duration.ofSeconds(15),
                        8 * 1024);
        try (var small = new Rig(tight);
                var slow = new Socket(InetAddress.getLoopbackAddress(), small.port)) {
            var head = "POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n";
            slow.getOutputStream().write(head.getBytes(UTF_8));
            slow.getOutputStream().write(new byte[80_000]);
            Rig.until("the slow body is held", () -> small.heldBytes() == 80_000);

            assertThat(small.post("/v1/jobs", " ".repeat(50_000)).statusCode()).isEqualTo(503);

            slow.shutdownOutput();

            Rig.until(
                    "there is room again",
                    () -> small.post("/v1/jobs", " ".repeat(50_000)).statusCode() == 400);
        }
    }
}
