package dev.millrace.protocol.kafka;

import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads one job's records out of the events topic, from an offset to an offset. Reading costs the
 * partition's traffic in between, of all jobs; other jobs' records are passed over by their key
 * alone.
 *
 * <p><b>Thread:</b> belongs to the one thread that uses it; only {@link #wakeup} may come from
 * another.
 */
public final class StreamReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public StreamReader(ClientSettings settings) {
        this.consumer = new KafkaConsumer<>(settings.reader());
    }

    /**
     * Hands the job's records in log order to {@code sink}, until it returns false or the record at
     * {@code to} has passed.
     *
     * @param from first offset, inclusive
     * @param to last offset, inclusive; must exist or come into being
     * @param patience how long to wait without any progress
     * @throws OutOfLog if {@code from} is not in the log
     * @throws TimeoutException if the log does not reach {@code to} in time
     */
    public void read(
            int partition,
            JobKey job,
            long from,
            long to,
            Duration patience,
            Predicate<ConsumerRecord<byte[], byte[]>> sink) {
        var place = new TopicPartition(Topics.EVENTS, partition);
        consumer.assign(List.of(place));
        try {
            consumer.seek(place, from);
            read(place, job, to, patience, sink);
        } finally {
            consumer.unsubscribe(); // or what was fetched too much, up to a megabyte, would stay
        }
    }

    private void read(
            TopicPartition place,
            JobKey job,
            long to,
            Duration patience,
            Predicate<ConsumerRecord<byte[], byte[]>> sink) {
        long quietSince = System.nanoTime();
        while (position(place) <= to) {
            var records = poll(place);
            if (!records.isEmpty()) {
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > patience.toNanos()) {
                throw new TimeoutException(
                        place
                                + " did not reach offset "
                                + to
                                + " within "
                                + patience.toMillis()
                                + " ms, stood at "
                                + position(place));
            }
            for (var record : records) {
                if (record.offset() > to) {
                    return;
                }
                if (Records.job(record).filter(job::equals).isPresent() && !sink.test(record)) {
                    return;
                }
            }
        }
    }

    private long position(TopicPartition place) {
        return consumer.position(place, POLL);
    }

    private List<ConsumerRecord<byte[], byte[]>> poll(TopicPartition place) {
        try {
            return consumer.poll(POLL).records(place);
        } catch (OffsetOutOfRangeException e) {
            throw new OutOfLog("not in the log: " + e.offsetOutOfRangePartitions(), e);
        }
    }

    /** The offset that the partition's next record will have. */
    public long end(int partition) {
        var place = new TopicPartition(Topics.EVENTS, partition);
        var end = consumer.endOffsets(List.of(place)).get(place);
        return end == null ? 0 : end;
    }

    /**
     * Makes a {@code read} that is under way throw {@link
     * org.apache.kafka.common.errors.WakeupException}.
     */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
