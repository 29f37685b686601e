package dev.millrace.workers.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** A slot's hold on a job inside an engine: the only thing that both their threads touch. */
public final class PromisedWork implements Work {
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final LongSupplier steps;
    private volatile boolean stopped;

    /**
     * @param steps counts the engine's steps, on this work or on all
     */
    public PromisedWork(LongSupplier steps) {
        this.steps = steps;
    }

    /** For the engine: this is how it went; what comes after the first is ignored. */
    public void finish(Outcome how) {
        outcome.complete(how);
    }

    /** For the engine: nobody waits for the rest. */
    public boolean isStopped() {
        return stopped;
    }

    public boolean isFinished() {
        return outcome.isDone();
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
