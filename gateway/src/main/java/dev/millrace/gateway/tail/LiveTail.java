package dev.millrace.gateway.tail;

import dev.millrace.gateway.log.ReaderThread;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;

/**
 * The live consumer: is assigned all partitions of the events topic once, at their end, and from
 * then on only polls. It has no fence state; each tap and each subscriber has its own.
 *
 * <p>The order in which a batch is made known is a promise that hand-overs rest on: first {@link
 * #position} moves past the batch, then the taps are told in their order. So whoever joins a tap
 * and <i>then</i> asks for the position is told every record from that position on.
 */
public final class LiveTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration MEASURING = Duration.ofSeconds(1);
    private static final AtomicLongArray NOWHERE = new AtomicLongArray(0);

    private final ReaderThread thread;
    private final Set<TopicPartition> lost = new HashSet<>(); // the tail's thread only
    private long measured = System.nanoTime();
    private volatile long lag;
    private volatile List<Tap> taps = List.of();
    private volatile AtomicLongArray positions = NOWHERE;

    public LiveTail(ClientSettings settings) {
        this.thread =
                new ReaderThread(
                        "live-tail", settings.with("max.poll.records", "4000"), this::read);
    }

    /** Begins to follow the log. The taps are told of every batch in this order. */
    public void start(List<Tap> taps) {
        this.taps = List.copyOf(taps);
        thread.start();
    }

    /** Whether it has once stood at the end of the log and follows it since. */
    public boolean isReady() {
        return positions.length() > 0;
    }

    public int partitions() {
        return positions.length();
    }

    /** The offset of the next record of the partition that the taps have not been told of. */
    public long position(int partition) {
        return positions.get(partition);
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier goesOn) {
        takePlace(consumer);
        try {
            while (goesOn.getAsBoolean()) {
                tell(consumer.poll(POLL));
                measure(consumer);
            }
        } catch (OffsetOutOfRangeException e) {
            lost.addAll(e.offsetOutOfRangePartitions().keySet());
            throw e;
        } catch (KafkaException e) {
            throw e; // nothing was missed
        } catch (RuntimeException e) {
            lost.addAll(consumer.assignment()); // a tap was told a part of a batch
            throw e;
        }
    }

    /** At the end, or where an earlier consumer of this tail has stopped. */
    private void takePlace(KafkaConsumer<byte[], byte[]> consumer) {
        var partitions =
                consumer.partitionsFor(Topics.EVENTS).stream()
                        .map(info -> new TopicPartition(Topics.EVENTS, info.partition()))
                        .filter(place -> !isReady() || place.partition() < partitions())
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + Topics.EVENTS);
        }
        consumer.assign(partitions);
        if (!isReady()) {
            positions = atThe(consumer.endOffsets(partitions));
        }
        skipLost(consumer);
        partitions.forEach(place -> consumer.seek(place, position(place.partition())));
    }

    private static AtomicLongArray atThe(Map<TopicPartition, Long> ends) {
        var positions = new AtomicLongArray(ends.size());
        ends.forEach((place, end) -> positions.set(place.partition(), end));
        return positions;
    }

    /** What could not be read is gone for the tail; each tap decides what that means to it. */
    private void skipLost(KafkaConsumer<byte[], byte[]> consumer) {
        consumer.endOffsets(lost)
                .forEach((place, end) -> {
                    positions.set(place.partition(), end);
                    VarHandle.fullFence();
                    taps.forEach(tap -> tap.lost(place.partition()));
                });
        lost.clear();
    }

    private void measure(KafkaConsumer<byte[], byte[]> consumer) {
        long now = System.nanoTime();
        if (now - measured >= MEASURING.toNanos()) {
            lag =
                    consumer.assignment().stream()
                            .mapToLong(p -> consumer.currentLag(p).orElse(0))
                            .sum();
            measured = now;
        }
    }

    /** How many records it was behind the log's end when last measured. */
    public long lag() {
        return lag;
    }

    private void tell(ConsumerRecords<byte[], byte[]> polled) {
        if (polled.isEmpty()) {
            return;
        }
        var batch = new ArrayList<LogRecord>(polled.count());
        polled.forEach(record -> LogRecord.of(record).ifPresent(batch::add));
        polled.nextOffsets()
                .forEach((place, next) -> positions.set(place.partition(), next.offset()));
        for (var tap : taps) {
            VarHandle.fullFence(); // what was written before is seen by whoever joined too late
            tap.seen(batch);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
