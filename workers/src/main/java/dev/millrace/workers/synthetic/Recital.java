package dev.millrace.workers.synthetic;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;

/** One job's made-up tokens. */
final class Recital {
    private final PromisedWork work = new PromisedWork(this::said);
    private final Telling telling;
    private final long seed;
    private final int length;
    private volatile int next;

    Recital(Job job, int said, Telling telling) {
        this.telling = telling;
        this.next = said;
        switch (job.task()) {
            case Task.Text(_, var parameters) -> {
                this.seed = parameters.seed();
                this.length = parameters.maxTokens();
            }
            case Task.Picture _, Task.Segmentation _ ->
                    throw new IllegalArgumentException("only texts are recited");
        }
    }

    Work work() {
        return work;
    }

    private long said() {
        return next;
    }

    /** Says one token; true when there is nothing more to do. Called by the engine's thread. */
    boolean step() {
        try {
            advance();
        } catch (RuntimeException | Error e) {
            work.finish(Failures.of(e));
        }
        return work.isFinished();
    }

    private void advance() {
        int index = next;
        if (work.isStopped() || !telling.isHeard()) {
            work.finish(new Outcome.Stopped());
        } else if (index >= length) {
            var usage = new Usage(1, length);
            work.finish(new Outcome.Answered(new Body.Completed(FinishReason.LENGTH, usage)));
        } else {
            int token = SyntheticEngine.token(seed, index);
            telling.say(new Body.Delta(" " + token, token));
            next = index + 1;
        }
    }

    /** The engine goes away. */
    void stop() {
        work.finish(new Outcome.Stopped());
    }
}
