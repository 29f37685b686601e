package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.JobId;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Dead letters become new jobs. The letters are written as the broker writes them. */
class ReplayIT {
    private static final ModelId MODEL = new ModelId(Stage.MODEL);
    private static final TopicPartition QUEUE = new TopicPartition(Topics.jobs(MODEL), 0);
    private static final int TOKENS = 5;

    @TempDir Path directory;
    private Stage stage;

    @BeforeEach
    void raise() {
        stage = new Stage(directory);
        stage.gateway("g1").workers("w0");
    }

    @AfterEach
    void strike() {
        stage.close();
    }

    @Test
    void a_dead_job_runs_again_as_a_new_one_and_its_own_stream_stays_as_it_was()
            throws ExecutionException, InterruptedException {
        var first = stage.submit("g1", TOKENS, 1);
        var second = stage.submit("g1", TOKENS, 2);
        var before = stage.follow("g1", first).isWhole();
        bury(first, true);
        bury(second, true);

        var said = stage.replay(first);

        assertThat(said).singleElement().asString().startsWith(first + " job_");
        var again = said.getFirst().substring(first.length()).strip();
        assertThat(again).isNotEqualTo(first);
        stage.follow("g1", again).isTheSameAs(before);
        assertThat(stage.follow("g1", first).isWhole().events()).isEqualTo(before.events());
        assertThat(stage.replay()).hasSize(2);
    }

    @Test
    void a_letter_whose_body_the_broker_left_out_is_not_replayed()
            throws ExecutionException, InterruptedException {
        bury(stage.submit("g1", TOKENS, 1), false);

        assertThat(stage.replay()).isEmpty();
    }

    private void bury(String job, boolean withBody)
            throws ExecutionException, InterruptedException {
        var dead = queued(job);
        byte @Nullable [] body = withBody ? dead.value() : null;
        var settings = ClientSettings.of(stage.broker.bootstrap());
        try (var producer =
                new KafkaProducer<byte[], byte[]>(settings.producer(Duration.ofSeconds(5)))) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.deadLetters(MODEL), 0, dead.key(), body, dead.headers()))
                    .get();
        }
    }

    private ConsumerRecord<byte[], byte[]> queued(String job) {
        var key = JobId.parse(job).orElseThrow().key().toString();
        var settings = ClientSettings.of(stage.broker.bootstrap());
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings.reader())) {
            consumer.assign(List.of(QUEUE));
            consumer.seekToBeginning(List.of(QUEUE));
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (new String(record.key(), UTF_8).equals(key)) {
                        return record;
                    }
                }
            }
        }
    }
}
