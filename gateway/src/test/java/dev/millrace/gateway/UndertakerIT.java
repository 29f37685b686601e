package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.DEADLINE;
import static dev.millrace.gateway.LogHarness.MODEL;
import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submission;
import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;
import static dev.millrace.gateway.LogHarness.until;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

final class UndertakerIT {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static LogHarness log;

    @BeforeAll
    static void start() {
        log = new LogHarness(2);
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    @Test
    void a_job_without_a_worker_ends_at_its_deadline_and_not_before() {
        try (var gateway = log.gateway("one")) {
            var job = await(gateway.jobs().submit(submission("", SHORT)));
            var recorder = new Recorder();
            subscribe(gateway, job, recorder);

            var end = recorder.all().getLast();

            assertThat(Recorder.words(recorder.all())).containsExactly("expired 1");
            var due = accepted(gateway, job).plus(SHORT);
            assertThat(end.appended()).isBetween(due, due.plusSeconds(5));
        }
    }

    @Test
    void a_stream_whose_gateway_died_before_the_job_was_queued_ends_at_its_deadline()
            throws Exception {
        var job = orphan(SHORT);

        try (var gateway = log.gateway("after-the-crash")) {
            var recorder = new Recorder();
            subscribe(gateway, job, recorder);
            assertThat(Recorder.words(recorder.all())).containsExactly("expired 1");
        }
    }

    @Test
    void several_gateways_end_a_stream_once() {
        try (var one = log.gateway("one");
                var two = log.gateway("two")) {
            var job = await(one.jobs().submit(submission("", SHORT)));
            var recorder = new Recorder();
            subscribe(two, job, recorder);

            assertThat(Recorder.words(recorder.all())).containsExactly("expired 1");
            assertThat(await(one.jobs().cancel(job, ""))).isEqualTo(EventType.EXPIRED);
        }
    }

    @Test
    void a_job_that_is_given_up_fails_with_the_number_of_deliveries() {
        try (var gateway = log.gateway("one")) {
            var job = submit(gateway);

            releaseUntil(MODEL, () -> ended(gateway, job));

            var failed =
                    (Body.Failed) await(gateway.streams().status(job, "")).last().orElseThrow();
            assertThat(failed.code()).isEqualTo(ErrorCode.ATTEMPTS_EXHAUSTED);
            assertThat(failed.attempts()).isEqualTo(Topics.DELIVERY_LIMIT);
            assertThat(failed.message()).contains("10 deliveries");
        }
    }

    @Test
    void dead_letters_of_a_model_that_comes_later_are_read_too() {
        try (var gateway = log.gateway("one")) {
            var late = new ModelId("late-comer");
            try (var provisioner = new Provisioner(log.kafka)) {
                provisioner.model(late, Duration.ofSeconds(15));
            }
            var like = submission("", DEADLINE);
            var job =
                    await(
                            gateway.jobs()
                                    .submit(new Submission(late, "", DEADLINE, like.task(), "")));

            releaseUntil(late, () -> ended(gateway, job));

            assertThat(await(gateway.streams().status(job, "")).state()).isEqualTo("failed");
        }
    }

    private static boolean ended(LogSide gateway, JobId job) {
        return await(gateway.streams().status(job, "")).last().isPresent();
    }

    private static Instant accepted(LogSide gateway, JobId job) {
        return await(gateway.streams().status(job, "")).created();
    }

    /** A worker that takes whatever comes and hands it back, time and again. */
    private static void releaseUntil(ModelId model, BooleanSupplier done) {
        try (var worker =
                new KafkaShareConsumer<byte[], byte[]>(
                        log.kafka.shareConsumer(Topics.group(model)))) {
            worker.subscribe(List.of(Topics.jobs(model)));
            until(
                    "the stream has ended",
                    () -> {
                        for (var record : worker.poll(Duration.ofMillis(100))) {
                            worker.acknowledge(record, AcknowledgeType.RELEASE);
                        }
                        worker.commitSync();
                        return done.getAsBoolean();
                    });
        }
    }

    private static JobId orphan(Duration deadline) throws Exception {
        var key = JobKey.random();
        var accepted = new Body.Accepted(MODEL, "text", "", deadline);
        try (var producer =
                new KafkaProducer<byte[], byte[]>(log.kafka.producer(Duration.ofSeconds(5)))) {
            var record = Records.event(1, Event.accepted(key, accepted), "/gateways/dead", "");
            return new JobId(1, producer.send(record).get().offset(), key);
        }
    }
}
