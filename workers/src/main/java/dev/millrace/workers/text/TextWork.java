package dev.millrace.workers.text;

import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** A slot's hold on a job inside the engine: the only thing that both their threads touch. */
final class TextWork implements Work {
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final LongSupplier steps;
    private volatile boolean stopped;

    /**
     * @param steps counts the loop's rounds, which are steps on every job in it
     */
    TextWork(LongSupplier steps) {
        this.steps = steps;
    }

    void finish(Outcome how) {
        outcome.complete(how);
    }

    boolean isStopped() {
        return stopped;
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
        try {
            outcome.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome is never exceptional", e);
        }
    }

    @Override
    public Outcome outcome() {
        if (!outcome.isDone()) {
            throw new IllegalStateException("not finished");
        }
        return outcome.join();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public long steps() {
        return steps.getAsLong();
    }
}
