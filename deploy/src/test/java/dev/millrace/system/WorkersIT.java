package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.GatewayClient.SseEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;

/**
 * Workers are killed, paused, held and hung; clients see one whole stream, the same as if nothing
 * had happened.
 */
class WorkersIT {
    private static final int TOKENS = 150;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 20);
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;
    private Stage stage;

    @BeforeEach
    void raise() {
        stage = new Stage(directory).gateway("g1");
    }

    @AfterEach
    void strike() {
        stage.close();
    }

    @Test
    void a_killed_workers_stream_continues_without_a_lost_or_repeated_token() {
        System.err.println("kill points are drawn from seed " + SEED);
        var random = new Random(SEED);
        stage.workers("first", "second");

        int counted = 0;
        for (int round = 0; counted < ROUNDS; round++) {
            assertThat(round).as("rounds that did not count").isLessThan(3 * ROUNDS);
            var undisturbed = stage.undisturbed("g1", TOKENS, round);
            int at = random.nextInt(undisturbed.tokens().size());

            var job = stage.submit("g1", TOKENS, round);
            var disturbed = stage.followAndKill("g1", job, at);

            disturbed.isTheSameAs(undisturbed);
            counted += disturbed.claims() > 1 ? 1 : 0;
            stage.workers("w" + round);
        }
    }

    @Test
    void what_a_paused_worker_writes_when_it_wakes_up_is_seen_by_nobody() {
        stage.workers("w0", "w1");
        var undisturbed = stage.undisturbed("g1", TOKENS, 7);
        var paused = new StringBuilder();
        var job = stage.submit("g1", TOKENS, 7);

        var transcript =
                stage.follow(
                        "g1",
                        job,
                        event -> {
                            pauseAt(event, 40, paused);
                            return true;
                        });
        stage.node(paused.toString()).resume();
        // once it has finished another job, it has also sent what it had left of the first one
        var next = untilServedBy(paused.toString());

        transcript.isTheSameAs(undisturbed);
        assertThat(transcript.claims()).isEqualTo(2);
        next.isWhole();
        assertThat(stage.follow("g1", job).events()).isEqualTo(transcript.events());
    }

    private void pauseAt(SseEvent event, int sequence, StringBuilder paused) {
        if (event.type().equals("claimed") && paused.isEmpty()) {
            paused.append(event.data().path("worker").asText());
        }
        if (event.type().equals("delta") && event.data().path("sequence").asInt() == sequence) {
            stage.node(paused.toString()).pause();
        }
    }

    private Transcript untilServedBy(String worker) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            var transcript = stage.follow("g1", stage.submit("g1", 3, 1));
            if (transcript.events().stream()
                    .anyMatch(e -> e.data().path("worker").asText().equals(worker))) {
                return transcript;
            }
        }
        throw new AssertionError("worker " + worker + " took no job any more");
    }

    @Test
    void a_worker_that_hangs_between_delivery_and_claim_voids_nothing()
            throws IOException, InterruptedException {
        heldAndOvertaken("claimed");
    }

    @Test
    void a_worker_that_hangs_between_its_last_token_and_the_end_leaves_one_end()
            throws IOException, InterruptedException {
        heldAndOvertaken("completed");
    }

    /** A worker is held before it sends this, paused past its lock, overtaken, and let go. */
    private void heldAndOvertaken(String type) throws IOException, InterruptedException {
        stage.holdingWorker("held", type);
        var job = stage.submit("g1", TOKENS, 11);
        await(stage.held("held"));
        stage.node("held").pause();
        stage.workers("w1");
        var transcript = stage.follow("g1", job);
        Files.delete(stage.held("held"));
        stage.node("held").resume();
        untilServedBy("held");

        transcript.isTheSameAs(stage.undisturbed("g1", TOKENS, 11));
        assertThat(transcript.last().data().path("attempt").asInt()).isEqualTo(2);
        assertThat(stage.follow("g1", job).events()).isEqualTo(transcript.events());
    }

    private static void await(Path file) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("waiting for %s", file).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    void
            a_stream_survives_a_broker_restart_that_hands_its_job_out_a_second_time_with_the_same_count() {
        stage.workers("w0", "w1");
        var undisturbed = stage.undisturbed("g1", 2 * TOKENS, 5);
        var job = stage.submit("g1", 2 * TOKENS, 5);
        var seen = new ArrayList<SseEvent>();

        stage.follow("g1", job, "", seen, event -> event.data().path("sequence").asInt() < 30);
        stage.broker.restart();
        while (!stage.follow("g1", job, seen.getLast().id(), seen, _ -> true)) {
            pause();
        }

        new Transcript(seen).isTheSameAs(undisturbed);
    }

    /** Between two tries to connect. */
    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_job_whose_engine_hangs_while_its_slot_lives_is_finished_by_another_worker() {
        stage.faultyWorker("hung", "hang", Map.of("MILLRACE_SLOTS", "1"));
        var job = stage.submit("g1", TOKENS, 13);
        var transcript =
                stage.follow(
                        "g1",
                        job,
                        event -> {
                            if (event.type().equals("claimed") && !stage.hasNode("w1")) {
                                stage.workers("w1"); // only now, so that the other one has the job
                            }
                            return true;
                        });
        stage.node("hung").kill();

        transcript.isTheSameAs(stage.undisturbed("g1", TOKENS, 13));
        assertThat(transcript.claims()).isGreaterThan(1);
    }

    @Test
    void a_worker_that_is_told_to_stop_hands_its_stream_over() throws InterruptedException {
        stage.startWorker("leaving", Map.of("MILLRACE_GRACE", "0s"));
        stage.node("leaving").awaitReady();
        var job = stage.submit("g1", TOKENS, 17);
        var transcript =
                stage.follow(
                        "g1",
                        job,
                        event -> {
                            if (event.data().path("sequence").asInt() == 20) {
                                stop("leaving");
                                stage.workers("w1");
                            }
                            return true;
                        });

        assertThat(stage.node("leaving").awaitEnd(PATIENCE)).isTrue();
        transcript.isTheSameAs(stage.undisturbed("g1", TOKENS, 17));
        assertThat(transcript.claims()).isEqualTo(2);
    }

    private void stop(String worker) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        stage.node(worker).terminate(PATIENCE);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
