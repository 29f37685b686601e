package dev.millrace.workers.train.pictures;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.Checkpoint;
import dev.millrace.workers.train.LearningRate;
import dev.millrace.workers.train.MuonAdamW;
import dev.millrace.workers.train.Seeds;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Trains the picture model and writes its folder.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same parameters as one that was not.
 */
public final class PictureTraining {
    private static final Logger LOG = LoggerFactory.getLogger(PictureTraining.class);

    private static final double PEAK_RATE = 2e-3;
    private static final double DECAY_SHARE = 0.5;
    private static final int WARMUP = 100;
    private static final double WEIGHT_DECAY = 1e-4;
    private static final double BETA2 = 0.95;
    private static final int LOG_EVERY = 20;
    private static final int HELD_OUT = 64;

    private final Options options;
    private final TarFlowConfig config;
    private final ElementType inner;
    private final LearningRate rate;
    private final PictureSource source = new PictureSource();

    /**
     * How to train.
     *
     * @param out the model's folder; the checkpoint stands beside it, as {@code
     *     <folder>.checkpoint}
     * @param steps how many steps the whole run has, resumed or not
     * @param batch pictures of a step
     * @param resume goes on from the checkpoint, which must exist
     * @param threads of the tensor library
     */
    public record Options(
            Path out,
            long steps,
            int batch,
            long seed,
            boolean resume,
            int threads,
            Duration checkpointEvery) {
        public static final long SHIPPED_STEPS = 12_000;
        public static final int SHIPPED_BATCH = 16;

        public Options {
            if (steps < 1 || batch < 1 || threads < 1) {
                throw new IllegalArgumentException(
                        "steps, batch and threads must be at least 1, were %d, %d, %d"
                                .formatted(steps, batch, threads));
            }
        }
    }

    /** What came of it: the mean loss of the last steps, and that of held-out pictures. */
    public record Result(double trainingLoss, double heldOutLoss, double heldOutBits) {}

    /** Trains the model that ships, or for fewer steps what might become it. */
    public PictureTraining(Options options) {
        this(options, PictureModel.shipped(), ElementType.BF16);
    }

    /** Trains a model of any dimensions; layers compute in {@code inner}. */
    PictureTraining(Options options, TarFlowConfig config, ElementType inner) {
        this.options = options;
        this.config = config;
        this.inner = inner;
        this.rate =
                new LearningRate(
                        PEAK_RATE,
                        Math.min(WARMUP, options.steps() / 10),
                        options.steps(),
                        DECAY_SHARE);
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
            var model = new PictureModel(config, inner, manager, options.seed());
            return new Run(model, manager).train(end);
        }
    }

    private static boolean isLayerMatrix(String name) {
        return name.contains(".attn_blocks.")
                && name.endsWith(".weight")
                && !name.contains(".norm.");
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final PictureModel model;
        private final Map<String, NDArray> parameters;
        private final MuonAdamW optimizer;
        private final Checkpoint checkpoint;
        private final PictureFolder folder = new PictureFolder(options.out());
        private double recentLoss = Double.NaN;

        Run(PictureModel model, NDManager manager) {
            this.model = model;
            this.parameters = model.parameters();
            this.optimizer =
                    new MuonAdamW(
                            parameters,
                            manager,
                            PictureTraining::isLayerMatrix,
                            WEIGHT_DECAY,
                            BETA2);
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            var identity =
                    Map.of(
                            "seed",
                            Long.toString(options.seed()),
                            "batch",
                            Integer.toString(options.batch()),
                            "config",
                            config.toString());
            var name = options.out().getFileName() + ".checkpoint";
            this.checkpoint = new Checkpoint(options.out().resolveSibling(name), identity);
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
            return new Result(recentLoss, heldOut.loss(), heldOut.bitsPerValue());
        }

        private void learn(long step) {
            var started = System.nanoTime();
            var batch =
                    PictureBatch.noisy(
                            row -> source.training(options.seed(), step, row),
                            options.batch(),
                            config.noise(),
                            Seeds.mix(Seeds.mix(options.seed(), step), -1));
            try (var _ = new NDScope()) {
                var loss = differentiate(batch);
                var norm = optimizer.update(step, rate.at(step));
                recentLoss = Double.isNaN(recentLoss) ? loss : 0.95 * recentLoss + 0.05 * loss;
                if (step % LOG_EVERY == 0) {
                    LOG.atInfo()
                            .addKeyValue("step", step)
                            .addKeyValue("loss", "%.4f".formatted(loss))
                            .addKeyValue("recent", "%.4f".formatted(recentLoss))
                            .addKeyValue("norm", "%.2f".formatted(norm))
                            .addKeyValue("rate", "%.5f".formatted(rate.at(step)))
                            .addKeyValue("milliseconds", (System.nanoTime() - started) / 1_000_000)
                            .log("learned");
                }
            }
        }

        private double differentiate(PictureBatch batch) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss = model.loss(batch);
                collector.backward(loss);
                return loss.toFloatArray()[0];
            }
        }

        private HeldOutPictures save(long nextStep) {
            folder.write(config, parameters);
            checkpoint.save(optimizer.state(), nextStep);
            var heldOut = HeldOutPictures.measure(model, HELD_OUT);
            LOG.atInfo()
                    .addKeyValue("step", nextStep)
                    .addKeyValue("loss", "%.4f".formatted(heldOut.loss()))
                    .addKeyValue("bitsPerValue", "%.4f".formatted(heldOut.bitsPerValue()))
                    .log("saved");
            return heldOut;
        }
    }
}
