package dev.millrace.workers.synthetic;

import dev.millrace.protocol.Job;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Token i of a job is a function of its seed and i, so that a continued answer is the same. */
public final class SyntheticEngine implements Engine {
    private static final int VOCABULARY = 10_000;

    private final LinkedBlockingQueue<Recital> joining = new LinkedBlockingQueue<>();
    private final Duration pace;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param pace time per step; a step gives each job one token
     */
    public SyntheticEngine(Duration pace) {
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("synthetic-engine").start(this::run);
    }

    @Override
    public Work start(Job job, History history, Telling telling) {
        var recital = new Recital(job, history.said().size(), telling);
        joining.add(recital);
        return recital.work();
    }

    /** A number that looks drawn, the same each time. */
    public static int token(long seed, int index) {
        return Math.floorMod(((seed + index) * 0x9E3779B97F4A7C15L) >>> 20, VOCABULARY);
    }

    private void run() {
        var batch = new ArrayList<Recital>();
        try {
            while (!closed) {
                join(batch);
                long began = System.nanoTime();
                batch.removeIf(Recital::step);
                LockSupport.parkNanos(pace.toNanos() - (System.nanoTime() - began));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        batch.addAll(joining);
        batch.forEach(Recital::stop);
    }

    private void join(List<Recital> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            var first = joining.poll(100, TimeUnit.MILLISECONDS);
            if (first != null) {
                batch.add(first);
            }
        }
        joining.drainTo(batch);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
