package dev.millrace.workers.claim;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A share consumer whose broker gives one answer, and may hand the record out again. */
final class AnsweringConsumer extends MockShareConsumer<byte[], byte[]> {
    static final ConsumerRecord<byte[], byte[]> RECORD =
            new ConsumerRecord<>("jobs", 0, 7, new byte[0], new byte[0]);

    private final Supplier<Map<TopicIdPartition, Optional<KafkaException>>> answer;
    private final boolean handsOut;

    AnsweringConsumer(
            Supplier<Map<TopicIdPartition, Optional<KafkaException>>> answer, boolean handsOut) {
        this.answer = answer;
        this.handsOut = handsOut;
    }

    @Override
    public synchronized Map<TopicIdPartition, Optional<KafkaException>> commitSync(
            Duration timeout) {
        return answer.get();
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        return handsOut
                ? new ConsumerRecords<>(
                        Map.of(new TopicPartition("jobs", 0), List.of(RECORD)), Map.of())
                : ConsumerRecords.empty();
    }
}
