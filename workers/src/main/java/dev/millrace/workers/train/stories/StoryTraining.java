package dev.millrace.workers.train.stories;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.Checkpoint;
import dev.millrace.workers.train.LearningRate;
import dev.millrace.workers.train.MuonAdamW;
import dev.millrace.workers.train.StepReading;
import dev.millrace.workers.train.WarmRestart;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Trains the story model and writes its folder.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same parameters as one that was not.
 */
public final class StoryTraining {
    private static final Logger LOG = LoggerFactory.getLogger(StoryTraining.class);

    private static final double PEAK_RATE = 3e-3;
    private static final double DECAY_SHARE = 0.4;
    private static final int WARMUP = 100;

    /** Of all steps; those of the restart. */
    private static final double RESTART_SHARE = 16.0 / 70;

    private static final double RESTART_RATE = 1.8e-3;
    private static final int RESTART_WARMUP = 20;
    private static final double WEIGHT_DECAY = 0.1;
    private static final int LOG_EVERY = 20;
    private static final int HELD_OUT_DOCUMENTS = 24;

    private final Options options;
    private final StorySource source;
    private final StoryShape shape;
    private final StoryCurriculum.Stages stages;
    private final WarmRestart rate;

    /**
     * How to train.
     *
     * @param out the model's folder; the checkpoint stands beside it, as {@code
     *     <folder>.checkpoint}
     * @param steps how many steps the whole run has, resumed or not
     * @param resume goes on from the checkpoint, which must exist
     * @param threads of the tensor library
     */
    public record Options(
            Path out,
            long steps,
            long seed,
            boolean resume,
            int threads,
            Duration checkpointEvery) {
        /** The steps of the model that ships. */
        public static final long SHIPPED_STEPS = 7000;

        public static final long SHIPPED_SEED = 1;

        public Options {
            if (steps < 1) {
                throw new IllegalArgumentException("steps must be at least 1, was " + steps);
            }
            if (threads < 1) {
                throw new IllegalArgumentException("threads must be at least 1, was " + threads);
            }
        }

        /** What makes the model that ships, into {@code out}. */
        public static Options shipped(Path out) {
            return new Options(out, SHIPPED_STEPS, SHIPPED_SEED, false, 1, Duration.ofMinutes(3));
        }
    }

    /** What came of it: the mean loss of the last steps, and what held-out documents say. */
    public record Result(double trainingLoss, double heldOutLoss, double heldOutEntropy) {}

    /** Trains the model that ships, or for fewer steps what might become it. */
    public StoryTraining(Options options) {
        this(options, new StorySource());
    }

    private StoryTraining(Options options, StorySource source) {
        this(
                options,
                source,
                StoryShape.shipped(source.vocabulary().size()),
                StoryCurriculum.Stages.SHIPPED);
    }

    /** Trains a model of any shape. */
    StoryTraining(
            Options options, StorySource source, StoryShape shape, StoryCurriculum.Stages stages) {
        this.options = options;
        this.source = source;
        this.shape = shape;
        this.stages = stages;
        this.rate = rate(options.steps());
    }

    private static WarmRestart rate(long steps) {
        long restart = Math.max(1, Math.round(RESTART_SHARE * steps));
        long first = Math.max(1, steps - restart);
        return new WarmRestart(
                new LearningRate(PEAK_RATE, Math.min(WARMUP, first / 10), first, DECAY_SHARE),
                new LearningRate(RESTART_RATE, RESTART_WARMUP, restart, 1));
    }

    /** Trains to the end and writes the model. */
    public Result run() {
        return runUntil(options.steps());
    }

    /** Stops before a step, with a checkpoint from which the run can be resumed. */
    Result runUntil(long end) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var manager = NDManager.newBaseManager()) {
            return new Run(new StoryModel(shape, manager, options.seed()), manager).train(end);
        }
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final StoryModel model;
        private final MuonAdamW optimizer;
        private final StoryCurriculum curriculum;
        private final Checkpoint checkpoint;
        private final ModelFolder folder = new ModelFolder(options.out());
        private double recentLoss = Double.NaN;

        Run(StoryModel model, NDManager manager) {
            this.model = model;
            this.optimizer =
                    new MuonAdamW(
                            model.parameters(),
                            manager,
                            name -> name.endsWith("_proj.weight"),
                            WEIGHT_DECAY,
                            AdamW.USUAL_BETA2);
            this.curriculum = new StoryCurriculum(source, options.seed(), shape.context(), stages);
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
            for (var step = first; step < end; step++) {
                learn(step);
                if (System.nanoTime() - saved > options.checkpointEvery().toNanos()) {
                    save(step + 1);
                    saved = System.nanoTime();
                }
            }
            var heldOut = save(end);
            return new Result(recentLoss, heldOut.loss(), heldOut.entropy());
        }

        private void learn(long step) {
            var started = System.nanoTime();
            var batch = curriculum.at(step);
            try (var _ = new NDScope()) {
                var lost = differentiate(batch);
                var norm = optimizer.update(step, rate.at(step));
                var reading = StepReading.of(step, lost, norm);
                var loss = reading.loss();
                recentLoss = Double.isNaN(recentLoss) ? loss : 0.95 * recentLoss + 0.05 * loss;
                if (step % LOG_EVERY == 0) {
                    LOG.atInfo()
                            .addKeyValue("step", step)
                            .addKeyValue("loss", "%.4f".formatted(loss))
                            .addKeyValue("recent", "%.4f".formatted(recentLoss))
                            .addKeyValue("norm", "%.2f".formatted(reading.norm()))
                            .addKeyValue("rate", "%.5f".formatted(rate.at(step)))
                            .addKeyValue("milliseconds", (System.nanoTime() - started) / 1_000_000)
                            .log("learned");
                }
            }
        }

        private NDArray differentiate(StoryBatch batch) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss = model.loss(batch);
                collector.backward(loss);
                return loss;
            }
        }

        private HeldOut save(long nextStep) {
            folder.write(shape, source.vocabulary(), model.parameters());
            checkpoint.save(optimizer.state(), nextStep);
            var heldOut = HeldOut.measure(model, source, HELD_OUT_DOCUMENTS);
            LOG.atInfo()
                    .addKeyValue("step", nextStep)
                    .addKeyValue("loss", "%.4f".formatted(heldOut.loss()))
                    .addKeyValue("entropy", "%.4f".formatted(heldOut.entropy()))
                    .addKeyValue("gap", "%.4f".formatted(heldOut.gap()))
                    .addKeyValue("echoes", "%.4f".formatted(heldOut.echoLoss()))
                    .log("saved");
            return heldOut;
        }
    }
}
