package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.workers.image.flow.FlowModel;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Runs one flow for many jobs at a time, one round after another on a thread of its own. */
final class ImageEngine implements Engine {
    /** What previews have cost, among the {@link #measures}. */
    static final String PREVIEW_MICROS = "preview.microseconds";

    private static final Duration LAST_ROUND = Duration.ofSeconds(10);

    private final ImageFolder folder;
    private final FlowModel model;
    private final Previews previews;
    private final Batch batch;
    private final Duration pace;
    private final BlockingQueue<Order> joining;
    private final Thread thread;
    private volatile boolean closed;
    private final AtomicLong rounds = new AtomicLong();
    private volatile int painting;

    /** Takes the model over and closes it with itself. */
    ImageEngine(
            ImageFolder folder,
            FlowModel model,
            Strategy strategy,
            Previews previews,
            EngineSettings settings) {
        this.folder = folder;
        this.model = model;
        this.previews = previews;
        this.batch =
                new Batch(model, strategy, previews, sweeper(model, settings), settings.slots());
        this.pace = settings.pace();
        this.joining = new ArrayBlockingQueue<>(2 * settings.slots());
        this.thread = Thread.ofPlatform().name("image-engine").start(this::run);
    }

    private static Sweeper sweeper(FlowModel model, EngineSettings settings) {
        return settings.deterministic() ? new Sweeper.Alone() : new Sweeper.Together(model);
    }

    private void run() {
        Torch.prepareThread();
        previews.measure();
        try {
            while (!closed) {
                letIn();
                long began = System.nanoTime();
                batch.round();
                painting = batch.size();
                rounds.incrementAndGet();
                LockSupport.parkNanos(pace.toNanos() - (System.nanoTime() - began));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        joining.forEach(this::add);
        batch.stop();
    }

    private void letIn() throws InterruptedException {
        if (batch.isEmpty()) {
            add(joining.take());
            previews.restart();
        }
        for (var next = joining.poll(); next != null; next = joining.poll()) {
            add(next);
        }
    }

    private void add(Order order) {
        batch.add(order, quality(order.parameters().quality()));
    }

    private Quality quality(Quality asked) {
        return asked == Quality.AUTO ? folder.quality() : asked;
    }

    @Override
    public Work start(Job job, History history, Telling telling) {
        var work = new PromisedWork(rounds::get);
        try {
            switch (job.task()) {
                case Task.Picture(var parameters) ->
                        start(new Order(parameters, Said.of(history), telling, work), work);
                case Task.Text _, Task.Segmentation _ -> work.finish(otherKind(job.task()));
            }
        } catch (RuntimeException | Error e) {
            work.finish(Failures.of(e));
        }
        return work;
    }

    private void start(Order order, PromisedWork work) {
        var fault = fault(order.parameters());
        if (fault.isPresent()) {
            work.finish(refused(fault.get()));
            return;
        }
        order.completeIfWhole(model.patches().tokens());
        if (work.isFinished()) {
            return;
        }
        if (!joining.offer(order)) {
            work.finish(new Outcome.TryAgain("the engine is full"));
        } else if (closed) {
            work.finish(new Outcome.Stopped()); // the thread may not look into the queue again
        }
    }

    /** What this model cannot do; the gateway may have known another of the same name. */
    private Optional<String> fault(PictureParameters asked) {
        int classes = folder.facts().classes().size();
        int side = folder.facts().patches().side();
        if (asked.label() >= classes) {
            return Optional.of(
                    "class must be below %d, the model's number of classes, was %d"
                            .formatted(classes, asked.label()));
        }
        if (asked.side() != side) {
            return Optional.of(
                    "size must be %dx%d, which this model makes, was %dx%d"
                            .formatted(side, side, asked.side(), asked.side()));
        }
        if (asked.count() > folder.most()) {
            return Optional.of(
                    "n must be at most %d for this model, was %d"
                            .formatted(folder.most(), asked.count()));
        }
        return asked.guidance() > 0 && classes == 0
                ? Optional.of(
                        "guidance must be 0 for a model without classes, was " + asked.guidance())
                : Optional.empty();
    }

    private static Outcome otherKind(Task task) {
        return refused("this worker makes pictures, the job asks for " + task.kind());
    }

    private static Outcome refused(String message) {
        return new Outcome.Answered(new Body.Failed(ErrorCode.INVALID_REQUEST, message, 0));
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                Measure.gauge("pictures", "Pictures that are being made", () -> painting),
                Measure.counter(
                        PREVIEW_MICROS,
                        "Microseconds of computing that previews have cost",
                        () -> previews.spent() / 1000));
    }

    /**
     * A thread that does not come back from libtorch keeps its memory: taking it away would crash.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (thread.join(LAST_ROUND)) {
                model.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
