package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Any answer of the broker but success is a failure. */
class LockTest {
    private static final Duration DURATION = Duration.ofMillis(60);
    private static final TopicIdPartition PLACE = new TopicIdPartition(Uuid.ZERO_UUID, 0, "jobs");

    private static Lock lock(
            Supplier<Map<TopicIdPartition, Optional<KafkaException>>> answer, boolean handsOut) {
        var consumer = new AnsweringConsumer(answer, handsOut);
        return new Lock(consumer, AnsweringConsumer.RECORD, DURATION);
    }

    @Test
    void a_renewal_that_the_broker_takes_and_hands_out_again_holds() {
        assertThat(lock(() -> Map.of(PLACE, Optional.empty()), true).renew()).isTrue();
    }

    @Test
    void a_refusal_is_returned_and_not_thrown_and_counts() {
        var refusal = Optional.<KafkaException>of(new InvalidRecordStateException("planted"));

        assertThat(lock(() -> Map.of(PLACE, refusal), true).renew()).isFalse();
        assertThat(lock(() -> Map.of(PLACE, refusal), true).acknowledge(AcknowledgeType.ACCEPT))
                .isFalse();
    }

    @Test
    void no_answer_is_a_failure() {
        assertThat(lock(Map::of, true).renew()).isFalse();
    }

    @Test
    void an_exception_is_a_failure() {
        var lock =
                lock(
                        () -> {
                            throw new KafkaException("planted");
                        },
                        true);

        assertThat(lock.renew()).isFalse();
    }

    @Test
    void a_record_that_is_not_handed_out_again_is_not_held() {
        assertThat(lock(() -> Map.of(PLACE, Optional.empty()), false).renew()).isFalse();
    }

    @Test
    void a_renewal_is_due_after_a_third_of_the_lock() {
        var lock =
                new Lock(
                        new AnsweringConsumer(Map::of, false),
                        AnsweringConsumer.RECORD,
                        Duration.ofMinutes(30));

        assertThat(lock.untilRenewal()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    }
}
