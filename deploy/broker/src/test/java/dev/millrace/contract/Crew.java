package dev.millrace.contract;

import org.apache.kafka.clients.consumer.AcknowledgeType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** Slots that work at the same time, each on its own thread, until the crew is closed. */
final class Crew implements AutoCloseable {
    private final AtomicIntegerArray done;
    private final ExecutorService threads;

    Crew(List<Slot> slots) {
        done = new AtomicIntegerArray(slots.size());
        threads = Executors.newFixedThreadPool(slots.size());
        IntStream.range(0, slots.size()).forEach(i -> threads.execute(() -> work(slots.get(i), i)));
    }

    /** How many jobs each slot has done once all are. */
    List<Integer> awaitDone(int jobs) throws InterruptedException {
        var deadline = System.nanoTime() + Queue.PATIENCE.toNanos();
        while (sum() < jobs && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        if (sum() != jobs) {
            throw new AssertionError(sum() + " of " + jobs + " jobs were done: " + done);
        }
        return IntStream.range(0, done.length()).mapToObj(done::get).toList();
    }

    private int sum() {
        return IntStream.range(0, done.length()).map(done::get).sum();
    }

    private void work(Slot slot, int index) {
        while (!threads.isShutdown()) {
            slot.claim(Duration.ofMillis(100))
                    .ifPresent(job -> {
                        takeSomeTime();
                        slot.settle(job, AcknowledgeType.ACCEPT);
                        done.incrementAndGet(index);
                    });
        }
    }

    /** A job that takes no time leaves nothing to share: whoever is there first does them all. */
    private static void takeSomeTime() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
