package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.StreamReader;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded piece of a stream, read from the log.
 *
 * @param events for a reader who stood at the place that the read began from
 * @param scanned everything up to this offset has been judged
 */
record Portion(List<StreamEvent> events, long scanned) {
    /** How many records of a partition, of all jobs, are passed over at most. */
    private static final int SPAN = 20_000;

    private static final int MAX_EVENTS = 512;
    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Reads from an offset, at most up to another; both are in the log.
     *
     * @param reader where the one who will be told stands
     */
    static Portion read(StreamReader log, JobId job, Cursor reader, long from, long to) {
        long last = Math.min(to, from + SPAN - 1);
        var collector = new Collector(reader);
        log.read(job.partition(), job.key(), from, last, PATIENCE, collector::add);
        return new Portion(collector.events, collector.isFull() ? collector.reader.offset() : last);
    }

    /** Judges records until there are enough events, or the stream has ended. */
    private static final class Collector {
        private final List<StreamEvent> events = new ArrayList<>();
        private Cursor reader;
        private int bytes;

        Collector(Cursor reader) {
            this.reader = reader;
        }

        boolean add(ConsumerRecord<byte[], byte[]> record) {
            LogRecord.of(record)
                    .flatMap(parsed -> Telling.next(reader, parsed))
                    .ifPresent(this::add);
            return !isFull();
        }

        private void add(StreamEvent event) {
            events.add(event);
            reader = event.cursor();
            bytes += event.data().length;
        }

        boolean isFull() {
            return bytes >= MAX_BYTES || events.size() >= MAX_EVENTS || reader.fence().hasEnded();
        }
    }
}
