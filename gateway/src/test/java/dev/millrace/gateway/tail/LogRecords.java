package dev.millrace.gateway.tail;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A partition's log, as a list: each record bears the next offset and the time it was given. */
public final class LogRecords {
    public static final ModelId MODEL = new ModelId("tiny");
    public static final Duration DEADLINE = Duration.ofMinutes(1);

    private final List<LogRecord> records = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");

    public LogRecord accepted(JobKey job) {
        return add(Event.accepted(job, new Body.Accepted(MODEL, "text", "", DEADLINE)));
    }

    public LogRecord claimed(JobKey job, int attempt) {
        return add(Event.claimed(job, attempt, new Body.Claimed("w" + attempt)));
    }

    public LogRecord delta(JobKey job, int attempt, int sequence, String text) {
        return add(new Event(new Place(job, attempt, sequence), new Body.Delta(text, sequence)));
    }

    public LogRecord completed(JobKey job, int attempt, int sequence) {
        return add(
                new Event(
                        new Place(job, attempt, sequence),
                        new Body.Completed(FinishReason.STOP, new Usage(1, 1))));
    }

    public LogRecord closing(JobKey job, Body.Terminal end) {
        return add(Event.closing(job, end));
    }

    public void later(Duration duration) {
        now = now.plus(duration);
    }

    public Instant now() {
        return now;
    }

    public List<LogRecord> all() {
        return List.copyOf(records);
    }

    private LogRecord add(Event event) {
        var sent = Records.event(0, event, "/test", "");
        var record = at(records.size(), sent.key(), sent.value());
        sent.headers().forEach(record.headers()::add);
        var parsed = Optional.of(record).flatMap(LogRecord::of).orElseThrow();
        records.add(parsed);
        return parsed;
    }

    private ConsumerRecord<byte[], byte[]> at(long offset, byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                "log",
                0,
                offset,
                now.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
