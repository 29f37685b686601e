package dev.millrace.protocol.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Event;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.Attributes;
import dev.millrace.protocol.codec.CancelCodec;
import dev.millrace.protocol.codec.CloudEvent;
import dev.millrace.protocol.codec.EventCodec;
import dev.millrace.protocol.codec.JobCodec;
import dev.millrace.protocol.codec.ServedCodec;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CloudEvents in Kafka binary mode: attributes in headers ({@code ce_...}), data in the value. */
public final class Records {
    private static final String CE = "ce_";
    private static final String TYPE = "ce_type";
    private static final String ATTEMPT = CE + CloudEvent.ATTEMPT;
    private static final String SEQUENCE = CE + CloudEvent.SEQUENCE;
    private static final String OWNER = CE + CloudEvent.OWNER;
    private static final String TRACEPARENT = "traceparent";

    /** The type and key of a record that says nothing. */
    public static final String WARMUP = "warmup";

    private static final List<TypeName> EVENT_TYPES =
            Arrays.stream(EventType.values())
                    .map(type -> new TypeName(name(type.word()), Optional.of(type)))
                    .toList();

    private static final byte[] SPEC_VERSION = CloudEvent.SPEC_VERSION.getBytes(UTF_8);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record TypeName(byte[] name, Optional<EventType> type) {}

    private Records() {}

    public static ProducerRecord<byte[], byte[]> event(
            int partition, Event event, String source, String traceparent) {
        return record(
                Topics.EVENTS,
                partition,
                event.place().job().toString(),
                EventCodec.encode(event, source, traceparent));
    }

    public static ProducerRecord<byte[], byte[]> job(Job job, String source) {
        return record(
                Topics.jobs(job.model()),
                0,
                job.id().key().toString(),
                JobCodec.encode(job, source));
    }

    public static ProducerRecord<byte[], byte[]> cancel(JobId job, String source) {
        return record(Topics.CONTROL, 0, job.key().toString(), CancelCodec.encode(job, source));
    }

    public static ProducerRecord<byte[], byte[]> served(Served served, String source) {
        return record(
                Topics.MODELS, 0, ServedCodec.key(served), ServedCodec.encode(served, source));
    }

    /** Takes a registry record away. */
    public static ProducerRecord<byte[], byte[]> gone(Served served) {
        return new ProducerRecord<>(
                Topics.MODELS, 0, ServedCodec.key(served).getBytes(UTF_8), null);
    }

    /**
     * A record that every reader passes over: it warms a new partition ({@link Provisioner}), or
     * asks the broker for its time.
     */
    public static ProducerRecord<byte[], byte[]> warmup(String topic, int partition) {
        return record(
                topic,
                partition,
                WARMUP,
                new CloudEvent(
                        WARMUP, WARMUP, "/", WARMUP, CloudEvent.JSON, Map.of(), "", new byte[0]));
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, String key, CloudEvent event) {
        return new ProducerRecord<>(
                topic, partition, key.getBytes(UTF_8), event.data(), headers(event));
    }

    /** What readers ask for comes last, for that is where Kafka's headers are searched from. */
    private static Headers headers(CloudEvent event) {
        var headers = new RecordHeaders();
        headers.add("ce_specversion", SPEC_VERSION);
        headers.add("ce_id", event.id().getBytes(UTF_8));
        headers.add("ce_source", event.source().getBytes(UTF_8));
        headers.add("ce_subject", event.subject().getBytes(UTF_8));
        headers.add("content-type", event.contentType().getBytes(UTF_8));
        if (!event.traceparent().isEmpty()) {
            headers.add(TRACEPARENT, event.traceparent().getBytes(UTF_8));
        }
        event.extensions().forEach((name, value) -> headers.add(CE + name, value.getBytes(UTF_8)));
        headers.add(TYPE, name(event.type()));
        return headers;
    }

    private static byte[] name(String type) {
        return (CloudEvent.TYPE_PREFIX + type).getBytes(UTF_8);
    }

    /** The job whose record this is; empty if the key is no job key. */
    public static Optional<JobKey> job(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? Optional.empty() : JobKey.parse(record.key());
    }

    /** What the fence needs to know, from the headers alone; empty if it is no event of ours. */
    public static Optional<Mark> mark(ConsumerRecord<byte[], byte[]> record) {
        var type = eventType(value(record.headers(), TYPE));
        int attempt = number(record.headers(), ATTEMPT);
        return type.isEmpty() || attempt < 0
                ? Optional.empty()
                : Optional.of(new Mark(type.get(), attempt, number(record.headers(), SEQUENCE)));
    }

    /** Without a look at a text: every reader of the log asks this of every record. */
    private static Optional<EventType> eventType(byte @Nullable [] name) {
        for (var known : EVENT_TYPES) {
            if (Arrays.equals(known.name(), name)) {
                return known.type();
            }
        }
        return Optional.empty();
    }

    /** The CloudEvents type without our prefix; empty if there is none. */
    public static String type(Headers headers) {
        var type = text(headers, TYPE);
        return type.startsWith(CloudEvent.TYPE_PREFIX)
                ? type.substring(CloudEvent.TYPE_PREFIX.length())
                : "";
    }

    /** What an event says beside its data. */
    public static Attributes attributes(Headers headers) {
        return new HeaderAttributes(headers);
    }

    /** Equal where the headers are. */
    private record HeaderAttributes(Headers headers) implements Attributes {
        @Override
        public String value(String name) {
            return text(headers, CE + name);
        }
    }

    public static String owner(Headers headers) {
        return text(headers, OWNER);
    }

    public static String traceparent(Headers headers) {
        return text(headers, TRACEPARENT);
    }

    private static String text(Headers headers, String name) {
        byte @Nullable [] value = value(headers, name);
        return value == null ? "" : new String(value, UTF_8);
    }

    private static byte @Nullable [] value(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null ? null : header.value();
    }

    /**
     * A number of up to ten digits, at most {@link Fence#TOP}; {@link Mark#NO_SEQUENCE} if it is
     * absent or anything else.
     */
    private static int number(Headers headers, String name) {
        byte @Nullable [] digits = value(headers, name);
        if (digits == null || digits.length == 0 || digits.length > 10) {
            return Mark.NO_SEQUENCE;
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                return Mark.NO_SEQUENCE;
            }
            number = number * 10 + digit - '0';
        }
        return number > Fence.TOP ? Mark.NO_SEQUENCE : (int) number;
    }
}
