package dev.millrace.workers.claim;

import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hears that jobs are no longer wanted: a hint that saves computing. The fact is in the job's
 * stream, so a hint that is missed, or false, does no harm.
 *
 * <p><b>Thread:</b> its own runs {@link #run}; {@link #close} is for all.
 */
public final class Cancellations implements Runnable, AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final List<TopicPartition> PLACE =
            List.of(new TopicPartition(Topics.CONTROL, 0));

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<JobKey> unwanted;
    private volatile boolean closed;

    public Cancellations(ClientSettings settings, Consumer<JobKey> unwanted) {
        var reader = settings.reader();
        reader.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, PassedOver.class);
        this.consumer = new KafkaConsumer<>(reader);
        this.unwanted = unwanted;
        consumer.assign(PLACE);
        consumer.seekToEnd(PLACE);
    }

    @Override
    public void run() {
        try (consumer) {
            while (!closed) {
                hear();
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void hear() {
        try {
            for (var record : consumer.poll(POLL)) {
                Records.job(record).ifPresent(unwanted);
            }
        } catch (OffsetOutOfRangeException _) {
            consumer.seekToEnd(PLACE); // compacted away meanwhile; the streams themselves tell
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
    }
}
