package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.ServedCodec;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A whole worker on a real broker, with an engine that needs no model. */
class WorkerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static Cluster cluster;

    @BeforeAll
    static void open() {
        cluster = new Cluster(Duration.ofSeconds(5));
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private static Worker worker(Served.Model model, Map<String, String> more) {
        var settings =
                new HashMap<>(
                        Map.of(
                                ClientSettings.BOOTSTRAP, cluster.broker().bootstrap(),
                                WorkerConfig.MODEL, "none",
                                WorkerConfig.SLOTS, "2",
                                WorkerConfig.LOCK, "5s",
                                WorkerConfig.MANAGEMENT_PORT, "0"));
        settings.putAll(more);
        return Worker.start(WorkerConfig.from(settings), new SyntheticKind(model));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void a_job_is_streamed_from_its_claim_to_its_end() throws Exception {
        var model = cluster.model("streams");
        var job = cluster.submit(model, 20);

        try (var worker = worker(model, Map.of())) {
            var lines = cluster.stream(job);

            assertThat(lines).allMatch(Cluster.Line::isValid).hasSize(22);
            assertThat(lines.getFirst().mark().type()).isEqualTo(EventType.CLAIMED);
            assertThat(lines.getLast().body()).isInstanceOf(Body.Completed.class);
            assertThat(Cluster.text(lines)).isEqualTo(Cluster.text(20));
            await(() -> worker.tally().accepted.sum() == 1);
        }
    }

    @Test
    void a_worker_that_stops_hands_its_stream_over_and_another_continues_it() throws Exception {
        var model = cluster.model("handover");
        var job = cluster.submit(model, 400);
        var slow = Map.of(WorkerConfig.PACE, "20ms", WorkerConfig.GRACE, "0ms");
        try (var _ = worker(model, slow)) {
            cluster.stream(job, line -> line.mark().sequence() == 20);
        }
        int said = Cluster.text(cluster.now(job)).length();

        try (var second = worker(model, Map.of())) {
            var lines = cluster.stream(job);

            assertThat(Cluster.text(lines)).isEqualTo(Cluster.text(400));
            assertThat(said).isLessThan(Cluster.text(400).length());
            assertThat(lines).filteredOn(l -> l.mark().type() == EventType.CLAIMED).hasSize(2);
            assertThat(second.tally().redeliveries.sum()).isEqualTo(1);
        }
    }

    @Test
    void a_cancelled_job_stops_being_computed() throws Exception {
        var model = cluster.model("cancels");
        var job = cluster.submit(model, 90_000);

        try (var worker = worker(model, Map.of(WorkerConfig.PACE, "5ms"))) {
            cluster.stream(job, line -> line.mark().sequence() == 5);
            cluster.cancel(job);
            await(() -> worker.tally().busy.get() == 0);

            assertThat(worker.tally().accepted.sum()).isEqualTo(1);
            assertThat(cluster.stream(job).getLast().body()).isEqualTo(new Body.Cancelled());
        }
    }

    @Test
    void a_job_that_cannot_be_read_ends_its_stream_and_holds_up_nobody() throws Exception {
        var model = cluster.model("unreadable");
        var broken = cluster.accept(model, 4);
        var whole = Records.job(broken, "/test");
        var value = "{\"id\":\"" + broken.id() + "\",\"model\":7}";
        cluster.append(
                new ProducerRecord<>(
                        whole.topic(), 0, whole.key(), value.getBytes(UTF_8), whole.headers()));
        var next = cluster.submit(model, 4);

        try (var worker = worker(model, Map.of())) {
            assertThat(cluster.stream(broken).getLast().body())
                    .isInstanceOfSatisfying(
                            Body.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNREADABLE));
            assertThat(Cluster.text(cluster.stream(next))).isEqualTo(Cluster.text(4));
            assertThat(worker.tally().rejected.sum()).isEqualTo(1);
        }
    }

    @Test
    void a_worker_is_in_the_registry_until_it_stops() throws Exception {
        var model = cluster.model("registry");

        try (var _ = worker(model, Map.of(WorkerConfig.ID, "here"))) {
            await(() -> registry().containsKey("registry/here"));

            assertThat(registry().get("registry/here"))
                    .isEqualTo(
                            new Served.Worker(model.model(), "here", 2, 0, Duration.ofSeconds(2)));
        }

        assertThat(registry()).doesNotContainKey("registry/here").containsEntry("registry", model);
    }

    private static Map<String, Served> registry() {
        var found = new HashMap<String, Served>();
        var place = List.of(new TopicPartition(Topics.MODELS, 0));
        try (var consumer = new KafkaConsumer<byte[], byte[]>(cluster.settings().reader())) {
            consumer.assign(place);
            consumer.seekToBeginning(place);
            var ends = consumer.endOffsets(place);
            while (consumer.position(place.getFirst()) < ends.getOrDefault(place.getFirst(), 0L)) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    var type = Records.type(record.headers());
                    if (record.value() == null) {
                        found.remove(new String(record.key(), UTF_8));
                    } else if (!type.equals(Records.WARMUP)) {
                        found.put(
                                new String(record.key(), UTF_8),
                                ServedCodec.decode(type, record.value()));
                    }
                }
            }
        }
        return found;
    }

    @Test
    void operators_see_life_readiness_and_figures() throws Exception {
        var model = cluster.model("operators");
        var job = cluster.submit(model, 12);

        try (var worker = worker(model, Map.of())) {
            cluster.stream(job);
            await(() -> worker.tally().accepted.sum() == 1);

            assertThat(get(worker, "/live").statusCode()).isEqualTo(200);
            assertThat(get(worker, "/ready").statusCode()).isEqualTo(200);
            assertThat(get(worker, "/metrics").body())
                    .contains("millrace_worker_jobs_total{outcome=\"accepted\"} 1.0")
                    .contains("millrace_worker_events_said_total 12.0")
                    .contains("millrace_worker_slots 2.0")
                    .contains("millrace_worker_renew_misses_total 0.0")
                    .contains("millrace_worker_window_use");
        }
    }

    private static HttpResponse<String> get(Worker worker, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + worker.managementPort() + path);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void jobs_side_by_side_each_say_all_of_their_own() {
        var model = cluster.model("many");
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 8; i++) {
            jobs.add(cluster.submit(model, 50 + i));
        }

        try (var _ = worker(model, Map.of(WorkerConfig.SLOTS, "4"))) {
            for (int i = 0; i < 8; i++) {
                assertThat(Cluster.text(cluster.stream(jobs.get(i))))
                        .isEqualTo(Cluster.text(50 + i));
            }
        }
    }
}
