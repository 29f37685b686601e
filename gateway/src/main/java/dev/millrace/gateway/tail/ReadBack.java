package dev.millrace.gateway.tail;

import dev.millrace.gateway.log.BrokerClock;
import dev.millrace.gateway.log.ReaderThread;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Brings the ledgers up to date at the start: reads each partition from the time before which no
 * stream can be open any more, until it has caught up with the live tail.
 */
public final class ReadBack implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ClientSettings settings;
    private final LiveTail tail;
    private final OpenStreams streams;
    private final BrokerClock clock;
    private final List<ReaderThread> threads = new ArrayList<>();
    private volatile boolean isClosed;

    public ReadBack(
            ClientSettings settings, LiveTail tail, OpenStreams streams, BrokerClock clock) {
        this.settings = settings;
        this.tail = tail;
        this.streams = streams;
        this.clock = clock;
        streams.whenLost(this::start);
    }

    /** Once at the start, and again whenever the live tail has lost a partition. */
    public synchronized void start() {
        if (!isClosed) {
            threads.forEach(ReaderThread::close);
            threads.clear();
            var thread = new ReaderThread("read-back", settings, this::read);
            threads.add(thread);
            thread.start();
        }
    }

    /** Whether every open stream is known. */
    public boolean isDone() {
        return tail.isReady() && missing().isEmpty();
    }

    private List<TopicPartition> missing() {
        return IntStream.range(0, tail.partitions())
                .filter(partition -> !streams.keeps(partition))
                .mapToObj(partition -> new TopicPartition(Topics.EVENTS, partition))
                .toList();
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean() && (!tail.isReady() || clock.now().isEmpty())) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        var ledgers = new HashMap<TopicPartition, Ledger>();
        missing().forEach(place -> ledgers.put(place, new Ledger()));
        begin(consumer, ledgers);
        while (goesOn.getAsBoolean() && !ledgers.isEmpty()) {
            for (var record : consumer.poll(POLL)) {
                var ledger = ledgers.get(new TopicPartition(Topics.EVENTS, record.partition()));
                LogRecord.of(record).ifPresent(parsed -> apply(ledger, parsed));
            }
            if (ledgers.entrySet().removeIf(e -> isAdopted(consumer, e.getKey(), e.getValue()))) {
                consumer.assign(ledgers.keySet());
            }
        }
    }

    private void begin(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Ledger> ledgers) {
        long earliest =
                clock.now().orElse(Instant.EPOCH).minus(Topics.LONGEST_DEADLINE).toEpochMilli();
        var times = new HashMap<TopicPartition, Long>();
        ledgers.keySet().forEach(place -> times.put(place, earliest));
        consumer.assign(ledgers.keySet());
        var ends = consumer.endOffsets(ledgers.keySet());
        consumer.offsetsForTimes(times)
                .forEach((place, at) ->
                        consumer.seek(place, offset(at, ends.getOrDefault(place, 0L))));
    }

    /** The end if the log has nothing from that time on. */
    private static long offset(@Nullable OffsetAndTimestamp found, long end) {
        return found == null ? end : found.offset();
    }

    private static void apply(@Nullable Ledger ledger, LogRecord record) {
        if (ledger != null) {
            var _ = ledger.apply(record);
        }
    }

    private boolean isAdopted(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition place, Ledger ledger) {
        return streams.adopt(place.partition(), ledger, consumer.position(place), tail);
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        threads.forEach(ReaderThread::close);
    }
}
