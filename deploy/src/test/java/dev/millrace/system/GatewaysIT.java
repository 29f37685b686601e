package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.GatewayClient.SseEvent;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/**
 * Gateways are killed, connections cut, clocks wrong; clients go on elsewhere and every job ends.
 */
class GatewaysIT {
    private static final int TOKENS = 150;
    private static final Path FAKETIME =
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());

    @TempDir Path directory;
    private Stage stage;

    @BeforeEach
    void raise() {
        stage = new Stage(directory);
    }

    @AfterEach
    void strike() {
        stage.close();
    }

    @Test
    void a_client_of_a_killed_gateway_goes_on_at_another_one() {
        stage.gateway("g1").gateway("g2").workers("w0");
        var undisturbed = stage.undisturbed("g2", TOKENS, 3);
        var job = stage.submit("g1", TOKENS, 3);
        var seen = new ArrayList<SseEvent>();

        stage.follow(
                "g1",
                job,
                "",
                seen,
                event -> {
                    if (event.data().path("sequence").asInt() == 50) {
                        stage.node("g1").kill();
                    }
                    return true;
                });
        assertThat(seen.getLast().isTerminal()).isFalse();
        stage.follow("g2", job, seen.getLast().id(), seen, _ -> true);

        new Transcript(seen).isTheSameAs(undisturbed);
    }

    @Test
    void a_stream_whose_connection_is_cut_again_and_again_is_whole() {
        stage.gateway("g1").gateway("g2").workers("w0");
        System.err.println("cuts are drawn from seed " + SEED);
        var random = new Random(SEED);
        var undisturbed = stage.undisturbed("g1", TOKENS, 4);
        var job = stage.submit("g1", TOKENS, 4);
        var seen = new ArrayList<SseEvent>();
        var gateways = List.of("g1", "g2");

        for (int cuts = 0; seen.isEmpty() || !seen.getLast().isTerminal(); cuts++) {
            int until = seen.size() + 1 + random.nextInt(20);
            var after = seen.isEmpty() ? "" : seen.getLast().id();
            stage.follow(gateways.get(cuts % 2), job, after, seen, _ -> seen.size() < until);
        }

        new Transcript(seen).isTheSameAs(undisturbed);
    }

    @Test
    void a_job_that_no_engine_survives_ends_at_its_delivery_limit() {
        stage.gateway("g1").faultyWorker("poisoned", "poison", Map.of());

        var transcript = stage.follow("g1", stage.submit("g1", 5, 1));

        assertThat(transcript.isWhole().last().type()).isEqualTo("failed");
    }

    @Test
    void a_job_that_nobody_can_finish_ends_at_its_deadline_without_a_dead_letter_topic()
            throws ExecutionException, InterruptedException {
        stage.gateway("g1").faultyWorker("hung", "hang", Map.of("MILLRACE_SLOTS", "1"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", stage.broker.bootstrap()))) {
            admin.deleteTopics(List.of(Topics.deadLetters(new ModelId(Stage.MODEL)))).all().get();
        }

        var transcript = stage.follow("g1", stage.submit("g1", TOKENS, 1, Duration.ofSeconds(8)));

        assertThat(transcript.isWhole().last().type()).isEqualTo("expired");
    }

    @Test
    void a_gateway_whose_clock_is_ten_minutes_ahead_expires_nothing_early() {
        Tools.need(FAKETIME);
        stage.gateway("fast", ahead()).workers("w0");

        var job = stage.post("fast", TOKENS, 9, Duration.ofSeconds(60));
        assertThat(Instant.parse(job.get("created").asText()))
                .as("what the gateway's clock says")
                .isAfter(Instant.now().plus(Duration.ofMinutes(9)));

        var transcript = stage.follow("fast", job.get("id").asText());

        assertThat(transcript.isWhole().last().type()).isEqualTo("completed");
    }

    /** What {@code faketime} sets, without the process between: signals must reach the gateway. */
    private static Map<String, String> ahead() {
        return Map.of(
                "LD_PRELOAD", FAKETIME.toString(),
                "FAKETIME", "+10m",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }
}
