package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class CalmPollingTest {
    private static final TopicPartition QUEUE = new TopicPartition("queue", 0);

    /** A consumer whose polls take no time, but as much CPU as it is told to. */
    private static final class Consumer {
        private final List<Duration> polls = new ArrayList<>();
        private boolean isAnswered = true;
        private double burns;
        private boolean hasRecord;
        private long cpu;
        private final CalmPolling polling =
                new CalmPolling(this::poll, () -> isAnswered, () -> cpu);

        private ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
            polls.add(atMost);
            cpu += (long) (burns * atMost.toNanos());
            var records =
                    hasRecord
                            ? Map.of(
                                    QUEUE,
                                    List.of(
                                            new ConsumerRecord<>(
                                                    "queue", 0, 7, new byte[0], new byte[0])))
                            : Map.<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>of();
            return new ConsumerRecords<>(records, Map.of());
        }

        private List<Duration> after(int rounds) {
            for (int i = 0; i < rounds; i++) {
                polling.poll();
            }
            return List.copyOf(polls);
        }
    }

    @Test
    void it_waits_inside_the_consumer_once_a_trial_was_calm() {
        var consumer = new Consumer();

        var polls = consumer.after(10);

        assertThat(polls.subList(0, 5)).containsOnly(Duration.ZERO);
        assertThat(polls.get(5)).isEqualTo(Duration.ofMillis(100));
        assertThat(polls.subList(6, 10)).containsOnly(Duration.ofMillis(500));
    }

    @Test
    void it_does_not_wait_before_the_broker_has_answered() {
        var consumer = new Consumer();
        consumer.isAnswered = false;
        assertThat(consumer.after(8)).containsOnly(Duration.ZERO);

        consumer.isAnswered = true;

        assertThat(consumer.after(2)).endsWith(Duration.ofMillis(100), Duration.ofMillis(500));
    }

    @Test
    void it_never_waits_long_inside_a_consumer_that_spins() {
        var consumer = new Consumer();
        consumer.burns = 0.01; // of a core, on a machine that has no more to give

        var polls = consumer.after(24);

        assertThat(polls).doesNotContain(Duration.ofMillis(500));
        assertThat(polls).filteredOn(Duration::isPositive).hasSize(4);
    }

    @Test
    void it_notices_when_a_calm_consumer_begins_to_spin() {
        var consumer = new Consumer();
        consumer.after(10);
        consumer.burns = 1;

        var polls = consumer.after(5);

        assertThat(polls.subList(11, 15)).containsOnly(Duration.ZERO);
    }

    @Test
    void records_come_at_once_whatever_they_cost() {
        var consumer = new Consumer();
        consumer.after(10);
        consumer.burns = 1;
        consumer.hasRecord = true;

        assertThat(consumer.polling.poll())
                .singleElement()
                .extracting(ConsumerRecord::offset)
                .isEqualTo(7L);
        consumer.hasRecord = false;
        consumer.burns = 0;
        assertThat(consumer.after(1)).last().isEqualTo(Duration.ofMillis(500));
    }
}
