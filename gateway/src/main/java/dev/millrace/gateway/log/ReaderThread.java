package dev.millrace.gateway.log;

import dev.millrace.protocol.kafka.ClientSettings;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A platform thread with a consumer of its own. When Kafka fails, or the reading itself, it makes
 * itself a new consumer and begins again, until it is closed.
 */
public final class ReaderThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReaderThread.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ClientSettings settings;
    private final Reading reading;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /** What the thread does; returns when it is done for good, or shall not go on. */
    public interface Reading {
        void read(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier goesOn);
    }

    public ReaderThread(String name, ClientSettings settings, Reading reading) {
        this.settings = settings.with("default.api.timeout.ms", "5000");
        this.reading = reading;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        boolean isDone = false;
        while (!isDone && goesOn()) {
            try (var mine = new KafkaConsumer<byte[], byte[]>(settings.reader())) {
                consumer = mine;
                reading.read(mine, this::goesOn);
                isDone = true;
            } catch (WakeupException _) {
                // closing
            } catch (KafkaException e) {
                log.atWarn()
                        .addKeyValue("thread", thread.getName())
                        .addKeyValue("cause", e.toString())
                        .log("reading interrupted, begins again");
                pause();
            } catch (RuntimeException e) {
                log.atError()
                        .setCause(e)
                        .addKeyValue("thread", thread.getName())
                        .log("reading failed, begins again");
                pause();
            }
        }
    }

    private boolean goesOn() {
        return closing.getCount() > 0;
    }

    private void pause() {
        try {
            var _ = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            closing.countDown(); // nobody has a reason to interrupt it but to end it
        }
    }

    @Override
    public void close() {
        closing.countDown();
        var mine = consumer;
        if (mine != null) {
            mine.wakeup();
        }
        try {
            thread.join(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
