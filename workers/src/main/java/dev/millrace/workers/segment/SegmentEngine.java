package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;
import dev.millrace.workers.tensor.Torch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds things for many jobs at a time: by turns, a step each, on a thread of its own. A job's
 * arithmetic does not depend on the others.
 */
final class SegmentEngine implements Engine {
    private static final Duration LAST_STEP = Duration.ofSeconds(10);

    private final int mostMasks;
    private final Finder finder;
    private final Scenes scenes;
    private final Duration pace;
    private final BlockingQueue<Inquiry> joining;
    private final Queue<Inquiry> turns = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean closed;
    private final AtomicLong steps = new AtomicLong();
    private volatile int inquiries;

    /**
     * Takes the models over and closes them with itself.
     *
     * @param mostMasks of a job
     * @param scenes made by the finder
     */
    SegmentEngine(int mostMasks, Finder finder, Scenes scenes, EngineSettings settings) {
        this.mostMasks = mostMasks;
        this.finder = finder;
        this.scenes = scenes;
        this.pace = settings.pace();
        this.joining = new ArrayBlockingQueue<>(2 * settings.slots());
        this.thread = Thread.ofPlatform().name("segment-engine").start(this::run);
    }

    private void run() {
        Torch.prepareThread();
        try {
            while (!closed) {
                letIn();
                long began = System.nanoTime();
                step(turns.remove());
                inquiries = turns.size();
                steps.incrementAndGet();
                LockSupport.parkNanos(pace.toNanos() - (System.nanoTime() - began));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        joining.drainTo(turns);
        turns.forEach(inquiry -> inquiry.finish(new Outcome.Stopped()));
    }

    private void letIn() throws InterruptedException {
        if (turns.isEmpty()) {
            turns.add(joining.take());
        }
        joining.drainTo(turns);
    }

    private void step(Inquiry inquiry) {
        try {
            if (inquiry.isWanted()) {
                inquiry.step(scenes);
            } else {
                inquiry.finish(new Outcome.Stopped());
            }
        } catch (RuntimeException | Error e) {
            inquiry.finish(Failures.of(e));
        }
        if (inquiry.isFinished()) {
            inquiry.leave();
        } else {
            turns.add(inquiry);
        }
    }

    @Override
    public Work start(Job job, History history, Telling telling) {
        var work = new PromisedWork(steps::get);
        switch (job.task()) {
            case Task.Segmentation task -> {
                var teller = new Teller(task.parameters(), Said.of(history), telling);
                start(task, new Inquiry(task, job.owner(), teller, work), work);
            }
            case Task.Text _, Task.Picture _ ->
                    work.finish(
                            refused(
                                    "this worker finds things, the job asks for "
                                            + job.task().kind()));
        }
        return work;
    }

    private void start(Task.Segmentation task, Inquiry inquiry, PromisedWork work) {
        int most = task.parameters().most();
        if (most > mostMasks) { // the gateway may have known another model of the same name
            work.finish(
                    refused(
                            "max_masks must be at most %d for this model, was %d"
                                    .formatted(mostMasks, most)));
        } else if (!joining.offer(inquiry)) {
            work.finish(new Outcome.TryAgain("the engine is full"));
        } else if (closed) {
            work.finish(new Outcome.Stopped()); // the thread may not look into the queue again
        }
    }

    private static Outcome refused(String message) {
        return new Outcome.Answered(new Body.Failed(ErrorCode.INVALID_REQUEST, message, 0));
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                Measure.gauge("inquiries", "Pictures that are asked about", () -> inquiries),
                Measure.gauge("scenes.bytes", "Memory of pictures looked at", scenes::bytes),
                Measure.counter("scenes.hits", "Pictures that were known already", scenes::hits));
    }

    /**
     * A thread that does not come back from libtorch keeps its memory: taking it away would crash.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (thread.join(LAST_STEP)) {
                scenes.close();
                finder.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
