package dev.millrace.gateway.tail;

import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.codec.Attributes;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Instant;
import java.util.Optional;

/** A record of some stream, with what its key and headers say: parsed once, judged by many. */
public record LogRecord(JobKey job, Mark mark, ConsumerRecord<byte[], byte[]> record) {
    private static final byte[] NOTHING = {};

    /** Empty if it is no event of ours. */
    public static Optional<LogRecord> of(ConsumerRecord<byte[], byte[]> record) {
        return Records.job(record)
                .flatMap(job -> Records.mark(record).map(mark -> new LogRecord(job, mark, record)));
    }

    public int partition() {
        return record.partition();
    }

    public long offset() {
        return record.offset();
    }

    /** The broker's time. */
    public Instant appended() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** What it says beside its data. */
    public Attributes attributes() {
        return Records.attributes(record.headers());
    }

    public byte[] data() {
        return record.value() == null ? NOTHING : record.value();
    }
}
