package dev.millrace.workers.claim;

import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Follows the events topic for all slots of the process, so that each learns at once that its
 * stream was taken over, cancelled or has expired. Assigned once, at the log's end; values are
 * passed over.
 *
 * <p><b>Thread:</b> its own runs {@link #run}; {@link #watch}, {@link #forget} and {@link #close}
 * are for all.
 */
public final class Follower implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_PER_POLL = 5000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<JobKey, Watch> watches = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Stands at the log's end when it returns. */
    public Follower(ClientSettings settings) {
        var reader = settings.reader();
        reader.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, PassedOver.class);
        reader.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_PER_POLL);
        consumer = new KafkaConsumer<>(reader);
        partitions =
                consumer.partitionsFor(Topics.EVENTS, PATIENCE).stream()
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        consumer.assign(partitions);
        moveToEnd(partitions);
    }

    private void moveToEnd(Collection<TopicPartition> places) {
        consumer.seekToEnd(places);
        places.forEach(place -> consumer.position(place, PATIENCE));
    }

    @Override
    public void run() {
        try (consumer) {
            while (!closed) {
                follow();
            }
        } catch (WakeupException _) {
            LOG.debug("follower closed");
        }
    }

    private void follow() {
        try {
            for (var record : consumer.poll(POLL)) {
                show(record);
            }
        } catch (OffsetOutOfRangeException e) {
            LOG.atWarn().addKeyValue("partitions", e.partitions()).log("fell out of the log");
            watches.values().stream()
                    .filter(watch -> e.partitions().contains(place(watch.job())))
                    .forEach(Watch::lose);
            moveToEnd(e.partitions());
        }
    }

    private void show(ConsumerRecord<byte[], byte[]> record) {
        if (!watches.isEmpty()) {
            Records.job(record)
                    .map(watches::get)
                    .filter(watch -> watch.job().partition() == record.partition())
                    .ifPresent(watch ->
                            Records.mark(record)
                                    .ifPresent(mark -> watch.see(record.offset(), mark)));
        }
    }

    private static TopicPartition place(JobId job) {
        return new TopicPartition(Topics.EVENTS, job.partition());
    }

    /** Starts to follow a stream. */
    Watch watch(JobId job) {
        if (!partitions.contains(place(job))) {
            throw new IllegalStateException(
                    "the stream of "
                            + job
                            + " must be in one of the "
                            + partitions.size()
                            + " partitions that "
                            + Topics.EVENTS
                            + " had when this worker started, was in "
                            + job.partition());
        }
        var watch = new Watch(job);
        watches.put(job.key(), watch);
        return watch;
    }

    void forget(Watch watch) {
        watches.remove(watch.job().key(), watch);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
    }
}
