package dev.millrace.workers.run;

import dev.millrace.protocol.Job;
import dev.millrace.workers.SomeJob;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A claim whose broker answers by script, and which writes down what is done with it. */
final class FakeClaim implements Claim {

    private final List<String> journal;
    private final int deliveryCount;
    private final Deque<Standing> standings = new ArrayDeque<>();
    private final Deque<Boolean> renewals = new ArrayDeque<>();

    FakeClaim(List<String> journal, int deliveryCount) {
        this.journal = journal;
        this.deliveryCount = deliveryCount;
    }

    /** What the next take-over finds. */
    FakeClaim finds(Standing standing) {
        standings.add(standing);
        return this;
    }

    /** What the next renewals bring; those after them succeed. */
    FakeClaim renews(boolean... answers) {
        for (boolean answer : answers) {
            renewals.add(answer);
        }
        return this;
    }

    @Override
    public Job job() {
        return SomeJob.JOB;
    }

    @Override
    public int deliveryCount() {
        return deliveryCount;
    }

    @Override
    public Standing takeOver(int attempt) {
        journal.add("claim " + attempt);
        var standing = standings.poll();
        if (standing == null) {
            throw new IllegalStateException("the log is away");
        }
        return standing;
    }

    @Override
    public Duration untilRenewal() {
        return Duration.ZERO;
    }

    @Override
    public boolean renew() {
        journal.add("renew");
        var answer = renewals.poll();
        return answer == null || answer;
    }

    @Override
    public void accept() {
        journal.add("accept");
    }

    @Override
    public void release() {
        journal.add("release");
    }
}
