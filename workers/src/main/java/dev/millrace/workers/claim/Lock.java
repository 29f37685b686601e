package dev.millrace.workers.claim;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;

/**
 * The acquisition lock on one job record. Every answer of the broker is looked at: a share
 * consumer's commit returns its failures, it does not throw them.
 */
final class Lock {
    private static final Logger LOG = LoggerFactory.getLogger(Lock.class);
    private static final int RENEWALS = 3;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final ShareConsumer<byte[], byte[]> consumer;
    private final Duration duration;
    private ConsumerRecord<byte[], byte[]> held;
    private long since = System.nanoTime();

    /**
     * @param duration the broker's, or what was asked for where it does not say
     */
    Lock(
            ShareConsumer<byte[], byte[]> consumer,
            ConsumerRecord<byte[], byte[]> held,
            Duration duration) {
        this.consumer = consumer;
        this.held = held;
        this.duration = duration;
    }

    /** A third of the lock's duration after it was last started. */
    Duration untilRenewal() {
        return duration.dividedBy(RENEWALS).minusNanos(System.nanoTime() - since);
    }

    /** Starts the lock anew; false unless the broker said yes in time. */
    boolean renew() {
        long asked = System.nanoTime();
        if (!acknowledge(AcknowledgeType.RENEW)) {
            return false;
        }
        since = asked;
        return isHandedOutAgain();
    }

    /** A renewed record can be acknowledged only after a poll has returned it again. */
    private boolean isHandedOutAgain() {
        var patience = duration.dividedBy(RENEWALS);
        while (System.nanoTime() - since < patience.toNanos()) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() == held.offset()) {
                    held = record;
                    return true;
                }
                consumer.acknowledge(record, AcknowledgeType.RELEASE);
            }
        }
        return false;
    }

    /** An answer that comes after the lock has run out says nothing. */
    private Duration left() {
        var left = duration.minusNanos(System.nanoTime() - since);
        return left.compareTo(LEAST) > 0 ? left : LEAST;
    }

    /** Settles the job, or renews its lock; false if it did not work, for whatever reason. */
    boolean acknowledge(AcknowledgeType type) {
        try {
            consumer.acknowledge(held, type);
            var answers = consumer.commitSync(left());
            var failure = answers.values().stream().flatMap(Optional::stream).findFirst();
            failure.ifPresent(e -> log(type, e));
            return failure.isEmpty() && !answers.isEmpty();
        } catch (KafkaException | IllegalStateException e) {
            log(type, e);
            return false;
        }
    }

    private void log(AcknowledgeType type, Exception failure) {
        LOG.atWarn()
                .addKeyValue("offset", held.offset())
                .addKeyValue("acknowledgement", type)
                .addKeyValue("answer", failure.toString())
                .log("the broker did not take an acknowledgement");
    }
}
