package dev.millrace.gateway.undertaker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.log.BrokerClock;
import dev.millrace.gateway.log.ReaderThread;
import dev.millrace.gateway.tail.OpenStream;
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.gateway.tail.ReadBack;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Buries jobs that the broker has given up: reads the dead letters of all models, also of those
 * that come later, and fails the streams that are still open. The job's key is all it needs, as a
 * large job arrives here without its body.
 */
public final class DeadLetters implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How often new models' topics are looked for. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /**
     * A letter is opened this long after it was written: by then the live tail knows its stream.
     * (If it does not, the stream ends at its deadline.)
     */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final String DELIVERIES = "__dlq.errors.delivery.count";
    private static final String MESSAGE = "__dlq.errors.message";
    private static final int MESSAGE_LENGTH = 500;

    private final OpenStreams streams;
    private final ReadBack readBack;
    private final BrokerClock clock;
    private final Closer closer;
    private final ReaderThread thread;
    private final LongAdder buried = new LongAdder();

    public DeadLetters(
            ClientSettings settings,
            OpenStreams streams,
            ReadBack readBack,
            BrokerClock clock,
            Closer closer) {
        this.streams = streams;
        this.readBack = readBack;
        this.clock = clock;
        this.closer = closer;
        this.thread = new ReaderThread("dead-letters", settings, this::read);
    }

    public void start() {
        thread.start();
    }

    /** Streams that were closed from here. */
    public long buried() {
        return buried.sum();
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier goesOn) {
        waitUntil(readBack::isDone, goesOn);
        long looked = System.nanoTime() - LOOK.toNanos();
        while (goesOn.getAsBoolean()) {
            if (System.nanoTime() - looked >= LOOK.toNanos()) {
                takeNewTopics(consumer);
                looked = System.nanoTime();
            }
            if (consumer.assignment().isEmpty()) {
                LockSupport.parkNanos(PAUSE.toNanos());
            } else {
                consumer.poll(POLL).forEach(letter -> open(letter, goesOn));
            }
        }
    }

    private static void waitUntil(BooleanSupplier holds, BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean() && !holds.getAsBoolean()) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** New topics are read from the time before which no stream can be open any more. */
    private void takeNewTopics(KafkaConsumer<byte[], byte[]> consumer) {
        var known = consumer.assignment();
        var places = new HashSet<TopicPartition>();
        consumer.listTopics().entrySet().stream()
                .filter(topic -> Topics.isDeadLetters(topic.getKey()))
                .flatMap(topic -> topic.getValue().stream())
                .forEach(info -> places.add(new TopicPartition(info.topic(), info.partition())));
        if (places.equals(known)) {
            return;
        }
        var positions = new HashMap<TopicPartition, Long>();
        known.stream()
                .filter(places::contains)
                .forEach(place -> positions.put(place, consumer.position(place)));
        consumer.assign(places);
        places.removeAll(known);
        positions.putAll(beginnings(consumer, places));
        positions.forEach(consumer::seek);
    }

    private Map<TopicPartition, Long> beginnings(
            KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> places) {
        long earliest =
                clock.now().orElse(Instant.EPOCH).minus(Topics.LONGEST_DEADLINE).toEpochMilli();
        var times = new HashMap<TopicPartition, Long>();
        places.forEach(place -> times.put(place, earliest));
        var beginnings = new HashMap<>(consumer.endOffsets(places));
        consumer.offsetsForTimes(times)
                .forEach((place, found) -> putIfFound(beginnings, place, found));
        return beginnings;
    }

    private static void putIfFound(
            Map<TopicPartition, Long> offsets,
            TopicPartition place,
            @Nullable OffsetAndTimestamp found) {
        if (found != null) {
            offsets.put(place, found.offset());
        }
    }

    private void open(ConsumerRecord<byte[], byte[]> letter, BooleanSupplier goesOn) {
        var opening = Instant.ofEpochMilli(letter.timestamp()).plus(GRACE);
        waitUntil(() -> clock.now().filter(opening::isBefore).isPresent(), goesOn);
        Records.job(letter)
                .flatMap(streams::find)
                .ifPresent(stream -> bury(stream, failed(letter), goesOn));
    }

    private void bury(OpenStream stream, Body.Failed end, BooleanSupplier goesOn) {
        waitUntil(() -> closer.close(stream, end), goesOn);
        buried.increment();
    }

    private static Body.Failed failed(ConsumerRecord<byte[], byte[]> letter) {
        int attempts = number(header(letter, DELIVERIES));
        var said = header(letter, MESSAGE);
        var message =
                "given up after "
                        + attempts
                        + " deliveries"
                        + (said.isEmpty()
                                ? ""
                                : ": "
                                        + said.substring(
                                                0, Math.min(said.length(), MESSAGE_LENGTH)));
        return new Body.Failed(ErrorCode.ATTEMPTS_EXHAUSTED, message, attempts);
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        var header = letter.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    @Override
    public void close() {
        thread.close();
    }
}
