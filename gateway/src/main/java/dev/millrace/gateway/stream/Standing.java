package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.gateway.tail.OpenStream;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.codec.EventCodec;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a stream has come.
 *
 * @param cursor after the last valid event
 * @param attempt of the last valid claim, also after the end
 */
public record Standing(
        JobId job,
        Body.Accepted accepted,
        Instant created,
        Cursor cursor,
        int attempt,
        Optional<Body.Terminal> end) {
    /** As far as the live tail has seen it; empty if that is just now its end. */
    static Optional<Standing> of(OpenStream stream) {
        var cursor = stream.cursor();
        return cursor.fence().hasEnded()
                ? Optional.empty()
                : Optional.of(
                        new Standing(
                                stream.job(),
                                stream.accepted(),
                                stream.created(),
                                cursor,
                                cursor.fence().attempt(),
                                Optional.empty()));
    }

    /** At the stream's first record. */
    static Standing at(JobId job, LogRecord first) {
        var body = EventCodec.decode(EventType.ACCEPTED, first.attributes(), first.data());
        return new Standing(
                job, (Body.Accepted) body, first.appended(), Cursor.at(job), 0, Optional.empty());
    }

    /** After the next record of the log. */
    Standing after(ConsumerRecord<byte[], byte[]> record) {
        return LogRecord.of(record)
                .flatMap(parsed -> Telling.next(cursor, parsed))
                .map(this::after)
                .orElse(this);
    }

    private Standing after(StreamEvent event) {
        return new Standing(
                job, accepted, created, event.cursor(), event.attempt(), terminal(event));
    }

    private static Optional<Body.Terminal> terminal(StreamEvent event) {
        return event.type().isTerminal()
                ? Optional.of(
                        (Body.Terminal)
                                EventCodec.decode(event.type(), event.attributes(), event.data()))
                : Optional.empty();
    }

    JobStatus status() {
        return new JobStatus(job, accepted, created, attempt, end);
    }
}
