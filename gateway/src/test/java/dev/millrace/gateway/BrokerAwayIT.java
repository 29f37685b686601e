package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.DEADLINE;
import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submission;
import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;
import static dev.millrace.gateway.LogHarness.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class BrokerAwayIT {
    @TempDir private Path directory;

    @Test
    void while_the_broker_is_away_submitting_is_refused_and_afterwards_all_goes_on() {
        var log = new LogHarness(2, directory);
        try (var gateway = log.gateway("one")) {
            var job = submit(gateway);
            var recorder = new Recorder();
            subscribe(gateway, job, recorder);
            log.worker.claim(job, 1);
            log.worker.delta(job, 1, 1);
            until("the first token is told", () -> recorder.events().size() == 2);

            log.stopBroker();

            assertThatThrownBy(() -> await(gateway.jobs().submit(submission("", DEADLINE))))
                    .isInstanceOfSatisfying(Refusal.class, BrokerAwayIT::saysWhenToTryAgain);
            until("the gateway says so", () -> !gateway.isReady());

            log.startBroker();

            until("the gateway says so", gateway::isReady);
            log.worker.delta(job, 1, 2);
            log.worker.completed(job, 1, 3);
            assertThat(Recorder.words(recorder.all()))
                    .containsExactly("claimed#1", "delta 1", "delta 2", "completed 3");
            assertThat(await(gateway.streams().status(submit(gateway), "")).state())
                    .isEqualTo("queued");
        } finally {
            log.close();
        }
    }

    /** The client gets no id, so nobody would ever ask; still the stream must not stay open. */
    @Test
    void a_job_that_did_not_reach_its_queue_for_certain_is_refused_and_its_stream_ends()
            throws Exception {
        try (var log = new LogHarness(1);
                var gateway = log.gateway("one")) {
            long before = log.end(0);
            try (var admin = Admin.create(log.kafka.admin())) {
                admin.deleteTopics(List.of(Topics.jobs(LogHarness.MODEL))).all().get();
            }

            assertThatThrownBy(() -> await(gateway.jobs().submit(submission("", DEADLINE))))
                    .isInstanceOfSatisfying(Refusal.class, BrokerAwayIT::saysWhenToTryAgain);

            until("the stream has its end", () -> log.end(0) == before + 2);
            assertThat(types(log, before)).containsExactly("accepted", "failed");
        }
    }

    private static List<String> types(LogHarness log, long from) {
        var place = new TopicPartition(Topics.EVENTS, 0);
        var types = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(log.kafka.reader())) {
            consumer.assign(List.of(place));
            consumer.seek(place, from);
            while (consumer.position(place) < log.end(0)) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> types.add(Records.type(record.headers())));
            }
        }
        return types;
    }

    private static void saysWhenToTryAgain(Refusal refusal) {
        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isPositive();
    }
}
