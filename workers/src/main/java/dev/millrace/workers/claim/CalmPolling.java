package dev.millrace.workers.claim;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Polls a share consumer that must not be trusted to wait. While its group's coordinator is not
 * known (at the first start of a cluster, after a broker's loss) a poll burns a core until its time
 * is up (KAFKA-20253, KAFKA-21010); a worker's many slots then starve the very broker that they
 * wait for. So a slot begins with polls that do not wait, and rests between them, until the broker
 * has answered once; it waits inside a poll only as long as waiting costs nothing.
 *
 * <p><b>Thread:</b> the consumer's.
 */
final class CalmPolling {
    private static final Duration LONG = Duration.ofMillis(500);
    private static final Duration TRIAL = Duration.ofMillis(100);
    private static final Duration REST = Duration.ofMillis(100);

    /** Before the first answer: few slots are at it ({@link Entrance}). */
    private static final Duration SHORT_REST = Duration.ofMillis(10);

    /** How many rests lie between two trials. */
    private static final int RESTS = 5;

    /**
     * A poll that waits uses a fiftieth of this share of its time; one that spins, all that it
     * gets, which among a hundred others on two cores is still more.
     */
    private static final double CALM = 0.005;

    private final Function<Duration, ConsumerRecords<byte[], byte[]>> consumer;
    private final BooleanSupplier isAnswered;
    private final LongSupplier cpuNanos;
    private boolean isCalm;
    private int rests;

    CalmPolling(ShareConsumer<byte[], byte[]> consumer) {
        this(
                consumer::poll,
                () -> consumer.acquisitionLockTimeoutMs().isPresent(),
                cpuOfThisThread());
    }

    /**
     * @param consumer polls for at most so long
     * @param isAnswered whether the broker ever answered a fetch
     * @param cpuNanos the CPU time that the calling thread has used
     */
    CalmPolling(
            Function<Duration, ConsumerRecords<byte[], byte[]>> consumer,
            BooleanSupplier isAnswered,
            LongSupplier cpuNanos) {
        this.consumer = consumer;
        this.isAnswered = isAnswered;
        this.cpuNanos = cpuNanos;
    }

    private static LongSupplier cpuOfThisThread() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported()
                ? threads::getCurrentThreadCpuTime
                : () -> 0;
    }

    /** What comes within about half a second; what is there already comes at once. */
    List<ConsumerRecord<byte[], byte[]>> poll() {
        if (isCalm) {
            return watched(LONG);
        }
        if (rests >= RESTS && isAnswered()) {
            rests = 0;
            return watched(TRIAL);
        }
        rests++;
        var records = consumer.apply(Duration.ZERO);
        if (records.isEmpty()) {
            LockSupport.parkNanos((isAnswered() ? REST : SHORT_REST).toNanos());
        }
        return all(records);
    }

    /** Whether the broker ever answered a fetch. */
    boolean isAnswered() {
        return isAnswered.getAsBoolean();
    }

    private List<ConsumerRecord<byte[], byte[]>> watched(Duration atMost) {
        long cpu = cpuNanos.getAsLong();
        var records = consumer.apply(atMost);
        long used = cpuNanos.getAsLong() - cpu;
        isCalm = !records.isEmpty() || used < atMost.toNanos() * CALM;
        return all(records);
    }

    private static List<ConsumerRecord<byte[], byte[]>> all(
            ConsumerRecords<byte[], byte[]> records) {
        var list = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.count());
        records.forEach(list::add);
        return list;
    }
}
