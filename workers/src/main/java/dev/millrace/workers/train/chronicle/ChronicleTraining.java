package dev.millrace.workers.train.chronicle;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.BatchQueue;
import dev.millrace.workers.train.Checkpoint;
import dev.millrace.workers.train.MuonAdamW;
import dev.millrace.workers.train.StepReading;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Trains the chronicle model and writes its folder.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same parameters as one that was not, where the device computes the same
 * twice.
 */
public final class ChronicleTraining {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleTraining.class);

    private static final int WARMUP = 100;
    private static final double WEIGHT_DECAY = 0.1;
    private static final int LOG_EVERY = 20;
    private static final int MEASURE_EVERY = 200;
    private static final int MEASURED_TOKENS = 16_384;

    private final Options options;
    private final Chronicle chronicle;
    private final ChronicleShape shape;
    private final ChronicleCurriculum.Plan plan;

    /**
     * How to train.
     *
     * @param out the model's folder; the checkpoint stands beside it, as {@code
     *     <folder>.checkpoint}
     * @param steps how many steps the whole run has, resumed or not
     * @param tokens of one step
     * @param resume goes on from the checkpoint, which must exist
     * @param threads of the tensor library
     */
    public record Options(
            Path out,
            long steps,
            long seed,
            int tokens,
            double rate,
            boolean resume,
            int threads,
            Devices.Choice device,
            Duration checkpointEvery) {
        public Options {
            if (steps < 1 || tokens < 1) {
                throw new IllegalArgumentException(
                        "steps and tokens must be at least 1, were %s, %s"
                                .formatted(steps, tokens));
            }
        }
    }

    /** How many steps the model that ships takes. */
    public static final int STEPS = ChronicleCurriculum.STEPS;

    /**
     * How the model's layers find their keys.
     *
     * @param layers one word for each, see {@link ChronicleShape#of}
     * @param rotary how many of a head's 32 dimensions are rotated
     */
    public record Architecture(String layers, int rotary, double theta) {
        /**
         * The model that ships: two layers see everything, by content; the others what is near. The
         * window is shorter than any row, so that facts are found by the right layers from the
         * start.
         */
        public static final Architecture SHIPPED =
                new Architecture("rope:32,rope:32,none,rope:32,rope:32,none", 32, 10_000);

        /** Every layer sees everything; half of each head has no position. */
        public static final Architecture FULL =
                new Architecture("rope,rope,rope,rope,rope,rope", 16, 1_000_000);
    }

    /** What came of it: the loss of one of the last steps, and the share of right answers. */
    public record Result(double trainingLoss, double heldOutAccuracy) {}

    /** Trains a model of the usual size. */
    public ChronicleTraining(Options options, Architecture architecture) {
        this(options, architecture, new Chronicle());
    }

    private ChronicleTraining(Options options, Architecture architecture, Chronicle chronicle) {
        this(
                options,
                chronicle,
                ChronicleShape.of(
                        chronicle.vocabulary().size(),
                        architecture.layers(),
                        architecture.rotary(),
                        architecture.theta()),
                new ChronicleCurriculum.Plan(
                        options.steps(), options.tokens(), ChronicleCurriculum.SHIPPED));
    }

    /** Trains a model of any shape. */
    ChronicleTraining(
            Options options,
            Chronicle chronicle,
            ChronicleShape shape,
            ChronicleCurriculum.Plan plan) {
        this.options = options;
        this.chronicle = chronicle;
        this.shape = shape;
        this.plan = plan;
    }

    /** Trains to the end and writes the model. */
    public Result run() {
        return runUntil(options.steps());
    }

    private double rate(long step) {
        var warmup = Math.min(WARMUP, options.steps() / 10);
        return options.rate() * plan.rate(step) * Math.min(1, (step + 1.0) / (warmup + 1));
    }

    /** Stops before a step, with a checkpoint from which the run can be resumed. */
    Result runUntil(long end) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var manager = Torch.newScope(options.device())) {
            var model = new ChronicleModel(shape, ElementType.BF16, manager, options.seed());
            return new Run(model, manager).train(end);
        }
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final ChronicleModel model;
        private final MuonAdamW optimizer;
        private final ChronicleCurriculum curriculum;
        private final Checkpoint checkpoint;
        private final ChronicleFolder folder = new ChronicleFolder(options.out());
        private double loss = Double.NaN;
        private long tokens;
        private long since = System.nanoTime();

        Run(ChronicleModel model, NDManager manager) {
            this.model = model;
            this.optimizer =
                    new MuonAdamW(
                            model.parameters(),
                            manager,
                            name -> name.endsWith("_proj.weight"),
                            WEIGHT_DECAY,
                            AdamW.USUAL_BETA2);
            this.curriculum = new ChronicleCurriculum(chronicle, options.seed(), shape, plan);
            model.parameters().values().forEach(parameter -> parameter.setRequiresGradient(true));
            var identity = Map.of("seed", Long.toString(options.seed()), "shape", shape.toString());
            this.checkpoint =
                    new Checkpoint(
                            options.out()
                                    .resolveSibling(options.out().getFileName() + ".checkpoint"),
                            identity);
        }

        Result train(long end) {
            var first = options.resume() ? checkpoint.restore(optimizer.state()) : 0;
            var saved = System.nanoTime();
            try (var batches = new BatchQueue<>(curriculum::at, first, end)) {
                for (var step = first; step < end; step++) {
                    learn(step, batches.take());
                    if (System.nanoTime() - saved > options.checkpointEvery().toNanos()) {
                        save(step + 1);
                        saved = System.nanoTime();
                    }
                }
            }
            save(end);
            return new Result(loss, measure(end, plan.size(end - 1)));
        }

        private void learn(long step, ChronicleBatch batch) {
            try (var _ = new NDScope()) {
                var lost = differentiate(batch);
                var norm = optimizer.update(step, rate(step));
                tokens += batch.ids().length;
                if (step % LOG_EVERY == 0) {
                    log(step, lost, norm);
                }
            }
            if (step % MEASURE_EVERY == MEASURE_EVERY - 1) {
                measure(step + 1, plan.size(step));
            }
        }

        private NDArray differentiate(ChronicleBatch batch) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var lost = model.loss(batch);
                collector.backward(lost);
                return lost;
            }
        }

        /** Reads the loss, which waits for the device; the other steps do not. */
        private void log(long step, NDArray lost, NDArray norm) {
            var reading = StepReading.of(step, lost, norm);
            loss = reading.loss();
            var now = System.nanoTime();
            LOG.atInfo()
                    .addKeyValue("step", step)
                    .addKeyValue("loss", "%.4f".formatted(loss))
                    .addKeyValue("norm", "%.2f".formatted(reading.norm()))
                    .addKeyValue("rate", "%.5f".formatted(rate(step)))
                    .addKeyValue("length", plan.size(step).length())
                    .addKeyValue("tokensPerSecond", Math.round(tokens * 1e9 / (now - since)))
                    .log("learned");
            since = now;
            tokens = 0;
        }

        private double measure(long nextStep, ChronicleBatch.Size size) {
            var heldOut = HeldOutQuestions.measure(model, chronicle, size.atLeast(MEASURED_TOKENS));
            LOG.atInfo()
                    .addKeyValue("step", nextStep)
                    .addKeyValue("length", size.length())
                    .addKeyValue("accuracy", "%.4f".formatted(heldOut.accuracy()))
                    .addKeyValue("kinds", heldOut)
                    .log("asked");
            return heldOut.accuracy();
        }

        private void save(long nextStep) {
            folder.write(shape, chronicle.vocabulary(), model.parameters());
            checkpoint.save(optimizer.state(), nextStep);
            LOG.atInfo().addKeyValue("step", nextStep).log("saved");
        }
    }
}
