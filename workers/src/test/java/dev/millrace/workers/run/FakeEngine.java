package dev.millrace.workers.run;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Usage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** An engine whose works run by script, one entry per look of the slot. */
final class FakeEngine implements Engine {
    static final Outcome DONE =
            new Outcome.Answered(new Body.Completed(FinishReason.STOP, new Usage(1, 1)));

    /** What happens until the slot looks again. */
    sealed interface Moment {}

    record Step() implements Moment {}

    record Stall() implements Moment {}

    record Then(Runnable happening) implements Moment {}

    record End(Outcome outcome) implements Moment {}

    private final List<String> journal;
    private final Deque<Moment> script = new ArrayDeque<>();
    private boolean breaks;
    private Throwable failure = new IllegalStateException();

    FakeEngine(List<String> journal) {
        this.journal = journal;
    }

    FakeEngine plays(Moment... moments) {
        script.addAll(List.of(moments));
        return this;
    }

    FakeEngine breaksWith(Throwable thrown) {
        breaks = true;
        failure = thrown;
        return this;
    }

    boolean isPlayedOut() {
        return script.isEmpty();
    }

    @Override
    public Work start(Job job, History history, Telling telling) {
        journal.add("start");
        if (breaks) {
            switch (failure) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalArgumentException(failure);
            }
        }
        return new ScriptedWork();
    }

    @Override
    public void close() {}

    private final class ScriptedWork implements Work {
        private Outcome outcome = new Outcome.Stopped();
        private boolean over;
        private boolean stopped;
        private long steps;

        @Override
        public boolean await(Duration atMost) {
            if (over) {
                return true;
            }
            if (stopped) {
                over = !(script.peek() instanceof Stall);
                script.poll();
                return over;
            }
            switch (script.remove()) {
                case Step _ -> steps++;
                case Stall _ -> {}
                case Then(var happening) -> {
                    steps++;
                    happening.run();
                }
                case End(var how) -> {
                    outcome = how;
                    over = true;
                }
            }
            return over;
        }

        @Override
        public Outcome outcome() {
            return outcome;
        }

        @Override
        public void stop() {
            if (!over && !stopped) {
                journal.add("stop");
                stopped = true;
            }
        }

        @Override
        public long steps() {
            return steps;
        }
    }
}
