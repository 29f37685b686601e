package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.OutOfLog;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.protocol.kafka.StreamReader;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How the log is written and read: nothing lost on a new topic, and catch-up that ends exactly
 * where it should.
 */
interface LogContract {
    int PARTITIONS = 8;
    int LAST = PARTITIONS - 1;
    Duration PATIENCE = Duration.ofSeconds(30);

    String bootstrap();

    @Test
    default void many_appends_at_once_to_a_topic_just_made_are_all_in_the_log_and_in_order()
            throws Exception {
        var appends = 2_000;
        var jobs = IntStream.range(0, appends).mapToObj(Integer::toString).toArray(String[]::new);
        for (var round = 0; round < 3; round++) {
            try (var queue = new Queue(bootstrap(), Duration.ofSeconds(30))) {
                assertThat(queue.send(jobs))
                        .extracting(RecordMetadata::offset)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, appends).boxed().toList());
            }
        }
    }

    @Test
    default void a_reader_sees_one_jobs_records_from_an_offset_up_to_a_position_and_no_further()
            throws Exception {
        provision();
        var mine = JobKey.random();
        var other = JobKey.random();
        var from = append(mine, "0");
        append(other, "of another job");
        append(mine, "1");
        var to = append(mine, "2");
        append(mine, "too late");

        assertThat(read(mine, from, to)).containsExactly("0", "1", "2");
        assertThat(read(mine, from + 1, to)).containsExactly("1", "2");
        assertThat(read(mine, to, to)).containsExactly("2");
    }

    @Test
    default void a_reader_waits_for_a_position_that_is_yet_to_come_and_says_so_when_it_does_not()
            throws Exception {
        provision();
        var key = JobKey.random();
        var last = append(key, "last");

        assertThatThrownBy(() -> read(key, last, last + 1, Duration.ofSeconds(1)))
                .isInstanceOf(org.apache.kafka.common.errors.TimeoutException.class)
                .hasMessageContaining("did not reach offset " + (last + 1));
    }

    @Test
    default void a_reader_is_told_that_its_offset_is_not_in_the_log_instead_of_being_moved()
            throws Exception {
        provision();
        var last = append(JobKey.random(), "last");

        assertThatThrownBy(() -> read(JobKey.random(), last + 1_000, last + 1_000))
                .isInstanceOf(OutOfLog.class);
    }

    private void provision() {
        try (var provisioner = new Provisioner(ClientSettings.of(bootstrap()))) {
            provisioner.shared(PARTITIONS);
        }
    }

    private long append(JobKey job, String text) throws Exception {
        var settings = ClientSettings.of(bootstrap()).producer(PATIENCE);
        try (var producer = new KafkaProducer<byte[], byte[]>(settings)) {
            var key = job.toString().getBytes(UTF_8);
            return producer.send(
                            new ProducerRecord<>(Topics.EVENTS, LAST, key, text.getBytes(UTF_8)))
                    .get()
                    .offset();
        }
    }

    private List<String> read(JobKey job, long from, long to) {
        return read(job, from, to, PATIENCE);
    }

    private List<String> read(JobKey job, long from, long to, Duration patience) {
        var texts = new ArrayList<String>();
        try (var reader = new StreamReader(ClientSettings.of(bootstrap()))) {
            reader.read(
                    LAST,
                    job,
                    from,
                    to,
                    patience,
                    record -> texts.add(new String(record.value(), UTF_8)));
        }
        return texts;
    }
}
