package dev.millrace.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Holds a process just before it sends the first record of a type: writes a file and waits until
 * the file is gone. Put into a worker's Kafka clients by its properties file, as any interceptor
 * is: no code of ours knows it.
 */
public final class Holding
        implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {
    static final String TYPE = "holding.type";
    static final String FILE = "holding.file";

    private String type = "";
    private Path file = Path.of("");
    private boolean hasHeld;

    @Override
    public void configure(Map<String, ?> settings) {
        type = "dev.millrace." + settings.get(TYPE);
        file = Path.of(String.valueOf(settings.get(FILE)));
    }

    @Override
    public synchronized ProducerRecord<byte[], byte[]> onSend(
            ProducerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("ce_type");
        if (!hasHeld && header != null && new String(header.value(), UTF_8).equals(type)) {
            hasHeld = true;
            hold();
        }
        return record;
    }

    private void hold() {
        try {
            Files.createFile(file);
            while (Files.exists(file)) {
                Thread.sleep(5);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onAcknowledgement(
            @Nullable RecordMetadata metadata, @Nullable Exception exception) {}

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
