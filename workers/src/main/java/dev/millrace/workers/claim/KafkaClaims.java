package dev.millrace.workers.claim;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.JobCodec;
import dev.millrace.protocol.codec.Unreadable;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.protocol.kafka.StreamReader;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Claim;
import dev.millrace.workers.run.Claims;
import dev.millrace.workers.run.Tally;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A slot's share consumer: acquires one job at a time from a model's queue. */
public final class KafkaClaims implements Claims {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaClaims.class);

    /** Leaving the group in time gives what is still held to others at once. */
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final ShareConsumer<byte[], byte[]> consumer;
    private final CalmPolling polling;
    private final Outlook outlook;
    private final Window window;
    private final Entrance.Visit visit;
    private final String queue;
    private final Duration lock;
    private long inHand = -1;

    /**
     * @param lock the lock's duration where the broker does not say
     */
    public KafkaClaims(
            ClientSettings settings,
            ModelId model,
            Duration lock,
            Emitter emitter,
            Follower follower,
            Tally tally,
            Window window,
            Entrance entrance) {
        this.consumer = new KafkaShareConsumer<>(settings.shareConsumer(Topics.group(model)));
        this.queue = Topics.jobs(model);
        this.polling = new CalmPolling(consumer);
        this.outlook = new Outlook(emitter, follower, new StreamReader(settings), tally);
        this.window = window;
        this.visit = entrance.visit();
        this.lock = lock;
    }

    @Override
    public Optional<Claim> next() {
        window.leave(inHand);
        if (!visit.isLetIn()) {
            return Optional.empty();
        }
        if (consumer.subscription().isEmpty()) {
            consumer.subscribe(List.of(queue));
        }
        var records = polling.poll();
        visit.passOn(polling::isAnswered);
        return records.isEmpty() ? Optional.empty() : claim(records.getFirst());
    }

    private Optional<Claim> claim(ConsumerRecord<byte[], byte[]> record) {
        var held = new Lock(consumer, record, lockDuration());
        if (Records.type(record.headers()).equals(Records.WARMUP)) {
            held.acknowledge(AcknowledgeType.ACCEPT);
            return Optional.empty();
        }
        try {
            var job = decode(record);
            int count = record.deliveryCount().orElse((short) 1);
            window.take(record.offset());
            inHand = record.offset();
            return Optional.of(new KafkaClaim(job, count, held, outlook));
        } catch (Unreadable e) {
            reject(record, e);
            held.acknowledge(AcknowledgeType.REJECT);
            return Optional.empty();
        }
    }

    private Duration lockDuration() {
        return consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElse(lock);
    }

    private static Job decode(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        if (record.value() == null || !Records.type(headers).equals(JobCodec.TYPE)) {
            throw new Unreadable("expected a '" + JobCodec.TYPE + "' record with a value");
        }
        return JobCodec.decode(
                Records.owner(headers), Records.traceparent(headers), record.value());
    }

    /** Ends the stream, if the record still tells where it is. */
    private void reject(ConsumerRecord<byte[], byte[]> record, Unreadable why) {
        outlook.tally().rejected.increment();
        LOG.atError()
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", why.getMessage())
                .log("job record cannot be read");
        var failed =
                new Body.Failed(
                        ErrorCode.UNREADABLE,
                        "the job cannot be read: " + why.getMessage(),
                        record.deliveryCount().orElse((short) 1));
        Optional.ofNullable(record.value())
                .flatMap(JobCodec::address)
                .filter(id -> Records.job(record).filter(id.key()::equals).isPresent())
                .ifPresent(id -> outlook.emitter().close(id, failed));
    }

    @Override
    public void close() {
        visit.leave();
        try {
            consumer.close(LEAVE);
        } finally {
            outlook.reader().close();
        }
    }
}
