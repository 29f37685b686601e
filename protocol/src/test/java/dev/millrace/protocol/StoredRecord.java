package dev.millrace.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A record as a file under {@code src/test/resources/records}: its topic, its key, its headers by
 * name, an empty line, its value. These files are the contract with everybody else who reads the
 * topics; a change here is a change for them.
 */
public record StoredRecord(String text) {
    private static final Path FOLDER = Path.of("src/test/resources/records");

    public static StoredRecord named(String name) {
        try {
            return new StoredRecord(Files.readString(FOLDER.resolve(name + ".txt")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static StoredRecord of(ProducerRecord<byte[], byte[]> record) {
        var headers =
                StreamSupport.stream(record.headers().spliterator(), false)
                        .map(header -> header.key() + ": " + new String(header.value(), UTF_8))
                        .sorted()
                        .collect(Collectors.joining("\n"));
        var key = new String(record.key(), UTF_8);
        var value = new String(record.value(), UTF_8);
        return new StoredRecord(
                "topic: " + record.topic() + "\nkey: " + key + "\n" + headers + "\n\n" + value);
    }

    /** As a consumer gets it. */
    public ConsumerRecord<byte[], byte[]> received() {
        var lines = text.lines().takeWhile(line -> !line.isEmpty()).toList();
        var headers = new RecordHeaders();
        for (var line : lines.subList(2, lines.size())) {
            headers.add(line.substring(0, line.indexOf(": ")), value(line));
        }
        return new ConsumerRecord<>(
                new String(value(lines.getFirst()), UTF_8),
                0,
                0L,
                0L,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                value(lines.get(1)),
                data(),
                headers,
                Optional.empty());
    }

    /** The value. */
    public byte[] data() {
        return text.substring(text.indexOf("\n\n") + 2).getBytes(UTF_8);
    }

    private static byte[] value(String line) {
        return line.substring(line.indexOf(": ") + 2).getBytes(UTF_8);
    }
}
