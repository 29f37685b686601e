package dev.millrace.workers.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Batches of the next steps, made ahead on other threads. The batch of a step is the same whenever
 * it is made.
 */
public final class BatchQueue<T> implements AutoCloseable {
    private static final int MOST_THREADS = 12;

    private final LongFunction<T> source;
    private final int ahead;
    private final ExecutorService threads;
    private final Deque<Future<T>> waiting = new ArrayDeque<>();
    private final long end;
    private long next;

    /** The steps from {@code first} on, before {@code end}. */
    public BatchQueue(LongFunction<T> source, long first, long end) {
        this.source = source;
        this.next = first;
        this.end = end;
        var cores = Runtime.getRuntime().availableProcessors();
        var count = Math.clamp(cores - 1, 1, MOST_THREADS);
        this.ahead = count * 2;
        this.threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().name("batches-", 0).daemon().factory());
    }

    /** The next step's batch; waits until it is made. */
    public T take() {
        while (waiting.size() < ahead && next < end) {
            var step = next++;
            waiting.add(threads.submit(() -> source.apply(step)));
        }
        try {
            return waiting.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("no batch", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
