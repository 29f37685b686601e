package dev.millrace.workers.synthetic;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One job's made-up tokens. */
final class Recital implements Work {
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final Telling telling;
    private final long seed;
    private final int length;
    private volatile int next;
    private volatile boolean stopped;

    Recital(Job job, int said, Telling telling) {
        this.telling = telling;
        this.next = said;
        switch (job.task()) {
            case Task.Text(_, var parameters) -> {
                this.seed = parameters.seed();
                this.length = parameters.maxTokens();
            }
        }
    }

    /** Says one token; true when there is nothing more to do. Called by the engine's thread. */
    boolean step() {
        if (outcome.isDone()) {
            return true;
        }
        try {
            advance();
        } catch (RuntimeException | Error e) {
            outcome.complete(Failures.of(e));
        }
        return outcome.isDone();
    }

    private void advance() {
        int index = next;
        if (stopped || !telling.isHeard()) {
            outcome.complete(new Outcome.Stopped());
        } else if (index >= length) {
            var usage = new Usage(1, length);
            outcome.complete(new Outcome.Answered(new Body.Completed(FinishReason.LENGTH, usage)));
        } else {
            int token = SyntheticEngine.token(seed, index);
            telling.say(new Body.Delta(" " + token, token));
            next = index + 1;
        }
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
        return next;
    }
}
