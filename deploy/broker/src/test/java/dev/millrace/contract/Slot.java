package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One member of a queue's share group, with the settings a worker's slot has. */
final class Slot implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaShareConsumer<byte[], byte[]> consumer;

    Slot(String bootstrap, String group, String topic) {
        consumer = new KafkaShareConsumer<>(ClientSettings.of(bootstrap).shareConsumer(group));
        consumer.subscribe(List.of(topic));
    }

    /** The next job; empty if none came in time. */
    Optional<ConsumerRecord<byte[], byte[]>> claim(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        do {
            for (var record : consumer.poll(POLL)) {
                if (!isWarmup(record)) {
                    return Optional.of(record);
                }
                settle(record, AcknowledgeType.ACCEPT);
            }
        } while (System.nanoTime() < deadline);
        return Optional.empty();
    }

    /** The next job, which is there or will be soon. */
    ConsumerRecord<byte[], byte[]> claim() {
        return claim(Queue.PATIENCE).orElseThrow(() -> new AssertionError("no job came"));
    }

    /** Tells the broker; empty if it agreed, or why it did not. */
    Optional<KafkaException> settle(ConsumerRecord<byte[], byte[]> job, AcknowledgeType how) {
        consumer.acknowledge(job, how);
        return consumer.commitSync().values().stream().flatMap(Optional::stream).findFirst();
    }

    /**
     * Extends the lock; the broker hands the same job out again, to this slot, with the same count.
     */
    ConsumerRecord<byte[], byte[]> renew(ConsumerRecord<byte[], byte[]> job) {
        settle(job, AcknowledgeType.RENEW)
                .ifPresent(refusal -> {
                    throw refusal;
                });
        return claim();
    }

    /** Asks for a job without having settled the one it holds. */
    void pollAgain() {
        consumer.poll(POLL);
    }

    @Override
    public void close() {
        consumer.close(Duration.ofSeconds(2));
    }

    private static boolean isWarmup(ConsumerRecord<byte[], byte[]> job) {
        return job.key() != null && new String(job.key(), UTF_8).equals(Records.WARMUP);
    }
}
