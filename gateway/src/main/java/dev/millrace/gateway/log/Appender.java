package dev.millrace.gateway.log;

import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Appends records with the gateway's one producer. An append ends within seconds: acknowledged by
 * all in-sync replicas, or failed with its outcome unknown.
 *
 * <p>Even the producer's {@code send} may hold its caller (missing metadata, a full buffer), so
 * everything here is for virtual threads.
 */
public final class Appender implements AutoCloseable {
    private static final Duration MAX_BLOCK = Duration.ofSeconds(3);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** How often the broker is asked for its time when nothing else is appended. */
    private static final Duration PULSE = Duration.ofSeconds(3);

    /** After this long without any acknowledgement the log counts as away. */
    private static final Duration AWAY = Duration.ofSeconds(12);

    private final KafkaProducer<byte[], byte[]> producer;
    private final BrokerClock clock;
    private final Thread pulse;

    public Appender(ClientSettings settings, BrokerClock clock) {
        this.clock = clock;
        this.producer =
                new KafkaProducer<>(
                        settings.with("request.timeout.ms", "3000")
                                .with("delivery.timeout.ms", "5000")
                                .producer(MAX_BLOCK));
        this.pulse = Thread.ofVirtual().name("append-pulse").start(this::beat);
    }

    /**
     * Appends and waits.
     *
     * @throws AppendFailed if it was not acknowledged
     */
    public Appended append(ProducerRecord<byte[], byte[]> record) {
        try {
            return await(send(record));
        } catch (ExecutionException e) {
            throw failed(record, Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(record, e);
        } catch (KafkaException e) {
            throw failed(record, e);
        }
    }

    /** Appends without waiting, for records whose loss does no harm. */
    public void offer(ProducerRecord<byte[], byte[]> record) {
        try {
            var _ = send(record);
        } catch (KafkaException _) {
            // as good as lost on the way
        }
    }

    /** Whether the log took a record of ours lately. */
    public boolean isReachable() {
        return clock.silence().filter(silence -> silence.compareTo(AWAY) < 0).isPresent();
    }

    private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(
                record,
                (metadata, failure) -> {
                    if (failure == null) {
                        clock.acknowledged(Instant.ofEpochMilli(metadata.timestamp()));
                    }
                });
    }

    private static Appended await(Future<RecordMetadata> sent)
            throws ExecutionException, InterruptedException {
        var metadata = sent.get();
        if (!metadata.hasOffset()) {
            throw new ExecutionException(new KafkaException("acknowledged without an offset"));
        }
        return new Appended(
                metadata.partition(),
                metadata.offset(),
                Instant.ofEpochMilli(metadata.timestamp()));
    }

    private static AppendFailed failed(ProducerRecord<byte[], byte[]> record, Throwable cause) {
        return new AppendFailed("not acknowledged on " + record.topic() + ": " + cause, cause);
    }

    /** Producers forget topics; the next append would first have to ask where they are. */
    private void keepInMind(String topic) {
        try {
            var _ = producer.partitionsFor(topic);
        } catch (KafkaException _) {
            // the broker is away, which those who append will notice
        }
    }

    private void beat() {
        try {
            while (true) {
                keepInMind(Topics.EVENTS);
                if (clock.silence().filter(silence -> silence.compareTo(PULSE) < 0).isEmpty()) {
                    offer(Records.warmup(Topics.CONTROL, 0));
                }
                Thread.sleep(PULSE);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        pulse.interrupt();
        producer.close(CLOSING);
    }
}
