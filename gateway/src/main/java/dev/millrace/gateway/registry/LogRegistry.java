package dev.millrace.gateway.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.log.BrokerClock;
import dev.millrace.gateway.log.ReaderThread;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.ServedCodec;
import dev.millrace.protocol.codec.Unreadable;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The registry, read from the models topic: from its beginning, then as it grows. */
public final class LogRegistry implements Registry, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogRegistry.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final TopicPartition MODELS = new TopicPartition(Topics.MODELS, 0);

    private final BrokerClock clock;
    private final ReaderThread thread;
    private volatile Roll roll = Roll.EMPTY;
    private volatile boolean isReady;

    public LogRegistry(ClientSettings settings, BrokerClock clock) {
        this.clock = clock;
        this.thread = new ReaderThread("registry", settings, this::follow);
        thread.start();
    }

    /** Whether everything that was in the topic at the start has been read. */
    public boolean isReady() {
        return isReady;
    }

    @Override
    public Optional<Served.Model> find(String name) {
        return roll.find(name);
    }

    @Override
    public List<Served.Model> models() {
        return roll.models();
    }

    @Override
    public List<Served.Worker> workers(Served.Model model) {
        return roll.workers(model.model(), clock.now().orElse(Instant.MIN));
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier goesOn) {
        consumer.assign(List.of(MODELS));
        long end = consumer.endOffsets(List.of(MODELS)).getOrDefault(MODELS, 0L);
        consumer.seek(MODELS, consumer.beginningOffsets(List.of(MODELS)).getOrDefault(MODELS, 0L));
        var reading = Roll.EMPTY;
        while (goesOn.getAsBoolean()) {
            for (var record : consumer.poll(POLL)) {
                reading = with(reading, record);
            }
            if (isReady || consumer.position(MODELS) >= end) {
                roll = reading;
                isReady = true;
            }
        }
    }

    private static Roll with(Roll roll, ConsumerRecord<byte[], byte[]> record) {
        var key = record.key() == null ? "" : new String(record.key(), UTF_8);
        var type = Records.type(record.headers());
        if (record.value() == null) {
            return roll.without(key);
        }
        if (key.equals(Records.WARMUP)) {
            return roll;
        }
        try {
            var served = ServedCodec.decode(type, record.value());
            return roll.with(key, served, Instant.ofEpochMilli(record.timestamp()));
        } catch (Unreadable e) {
            log.atWarn()
                    .addKeyValue("key", key)
                    .log("registry record passed over: " + e.getMessage());
            return roll;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
