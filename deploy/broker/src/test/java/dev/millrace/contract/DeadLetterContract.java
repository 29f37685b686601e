package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Where a job goes that nobody could finish. */
interface DeadLetterContract {
    Duration LOCK = Duration.ofSeconds(30);

    String bootstrap();

    @Test
    default void a_job_that_failed_too_often_is_a_dead_letter_with_its_key_and_its_body()
            throws Exception {
        try (var queue = new Queue(bootstrap(), LOCK)) {
            queue.send("poison");

            var counts = failUntilGone(queue.slot());

            assertThat(counts).isEqualTo(Topics.DELIVERY_LIMIT);
            var letter = queue.awaitDeadLetters(1).getFirst();
            assertThat(new String(letter.value(), UTF_8)).isEqualTo("poison");
            assertThat(new String(letter.key(), UTF_8)).isEqualTo("poison");
            assertThat(letter.headers().lastHeader("ce_subject"))
                    .as("Kafka 4.4 copies no headers: what a dead letter must tell is in the body")
                    .isNull();
            assertThat(header(letter, "__dlq.errors.topic")).isEqualTo(queue.topic());
            assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("1");
            assertThat(header(letter, "__dlq.errors.delivery.count")).isEqualTo("10");
        }
    }

    @Test
    default void a_rejected_job_is_a_dead_letter_at_once() throws Exception {
        try (var queue = new Queue(bootstrap(), LOCK)) {
            queue.send("gibberish");
            var slot = queue.slot();

            slot.settle(slot.claim(), AcknowledgeType.REJECT);

            assertThat(new String(queue.awaitDeadLetters(1).getFirst().value(), UTF_8))
                    .isEqualTo("gibberish");
        }
    }

    @Test
    default void
            without_a_dead_letter_topic_the_jobs_behind_a_poisonous_one_are_handed_out_all_the_same()
                    throws Exception {
        try (var queue = new Queue(bootstrap(), LOCK)) {
            queue.deleteDeadLetters();
            queue.send("poison", "sound");
            var slot = queue.slot();

            slot.settle(slot.claim(), AcknowledgeType.REJECT);

            var next = slot.claim();
            assertThat(new String(next.value(), UTF_8)).isEqualTo("sound");
            assertThat(slot.settle(next, AcknowledgeType.ACCEPT)).isEmpty();
        }
    }

    private static int failUntilGone(Slot slot) {
        var deliveries = 0;
        var patience = Queue.PATIENCE;
        for (var job = slot.claim(patience); job.isPresent(); job = slot.claim(patience)) {
            deliveries++;
            assertThat(job.get().deliveryCount()).contains((short) deliveries);
            slot.settle(job.get(), AcknowledgeType.RELEASE);
            patience = Duration.ofSeconds(3);
        }
        return deliveries;
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        var header = letter.headers().lastHeader(name);
        assertThat(header).as("header %s among %s", name, letter.headers()).isNotNull();
        return new String(header.value(), UTF_8);
    }
}
