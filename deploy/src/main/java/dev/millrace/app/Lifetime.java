package dev.millrace.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a process has opened, closed in reverse order when it is told to stop (SIGTERM, SIGINT) or
 * fails to start. The JVM stays until everything is closed, at most for the grace period.
 */
final class Lifetime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Duration grace;

    Lifetime(Duration grace) {
        this.grace = grace;
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(this::tell));
    }

    private void tell() {
        told.countDown();
        try {
            if (!closed.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("not everything was closed within {} s", grace.toSeconds());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Waits until the process is told to stop. */
    void await() throws InterruptedException {
        told.await();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            var resource = opened.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("could not close {} cleanly", resource.getClass().getSimpleName(), e);
            }
        }
        closed.countDown();
    }
}
