package dev.millrace.workers.train.pictures;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.BatchQueue;
import dev.millrace.workers.train.Checkpoint;
import dev.millrace.workers.train.MuonAdamW;
import dev.millrace.workers.train.Pace;
import dev.millrace.workers.train.RunLength;
import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.StepReading;
import dev.millrace.workers.train.WeightAverage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains the picture model and writes its folder, with the moving average of its parameters.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same parameters as one that was not, where the device computes the same
 * twice.
 */
public final class PictureTraining {
    private static final Logger LOG = LoggerFactory.getLogger(PictureTraining.class);

    private static final double DECAY_SHARE = 0.5;
    private static final int WARMUP = 100;
    private static final double WEIGHT_DECAY = 1e-4;
    private static final double BETA2 = 0.95;
    private static final int LOG_EVERY = 20;
    private static final double AVERAGE = 0.999;
    private static final int HELD_OUT = 64;

    private final Options options;
    private final TarFlowConfig config;
    private final ElementType inner;
    private final PictureSource source = new PictureSource();

    /**
     * How to train.
     *
     * @param out the model's folder; the checkpoint stands beside it, as {@code
     *     <folder>.checkpoint}
     * @param length of the whole run, resumed or not; one that is resumed is told its steps
     * @param batch pictures of a step
     * @param rate the highest learning rate
     * @param resume goes on from the checkpoint, which must exist
     * @param threads of the tensor library
     */
    public record Options(
            Path out,
            RunLength length,
            int batch,
            double rate,
            long seed,
            boolean resume,
            int threads,
            Devices.Choice device,
            Duration checkpointEvery) {
        /** On a GPU, which so many pictures fill well. */
        public static final long SHIPPED_STEPS = 6_578;

        public static final int SHIPPED_BATCH = 256;

        public static final double SHIPPED_RATE = 2e-3;

        /** What a CPU can do in some hours instead. */
        public static final long CPU_STEPS = 12_000;

        public static final int CPU_BATCH = 16;

        public Options {
            if (batch < 1 || threads < 1) {
                throw new IllegalArgumentException(
                        "batch and threads must be at least 1, were %d, %d"
                                .formatted(batch, threads));
            }
            if (resume && length instanceof RunLength.Within) {
                throw new IllegalArgumentException(
                        "a run is resumed with its steps, which its log tells, not with a time");
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
    }

    /** Trains to the end and writes the model. */
    public Result run() {
        return runUntil(Long.MAX_VALUE);
    }

    /**
     * Stops before a step, if the run is so long, with a checkpoint from which the run can be
     * resumed.
     */
    Result runUntil(long end) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var manager = Torch.newScope(options.device())) {
            var model = new PictureModel(config, inner, manager, options.seed());
            return new Run(model, manager).train(end);
        }
    }

    private static boolean isLayerMatrix(String name) {
        return name.contains(".attn_blocks.")
                && name.endsWith(".weight")
                && !name.contains(".norm.");
    }

    private PictureBatch batch(long step) {
        return PictureBatch.noisy(
                row -> source.training(options.seed(), step, row),
                options.batch(),
                config.noise(),
                Seeds.mix(Seeds.mix(options.seed(), step), -1));
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final PictureModel model;
        private final MuonAdamW optimizer;
        private final WeightAverage average;
        private final Checkpoint checkpoint;
        private final PictureFolder folder = new PictureFolder(options.out());
        private final Pace pace =
                new Pace(options.length(), options.rate(), WARMUP, DECAY_SHARE, System::nanoTime);

        /** Of the steps since the last that was logged, added up on the device. */
        private final NDArray losses;

        private int added;
        private double recentLoss = Double.NaN;
        private long since = System.nanoTime();

        Run(PictureModel model, NDManager manager) {
            this.model = model;
            var parameters = model.parameters();
            this.optimizer =
                    new MuonAdamW(
                            parameters,
                            manager,
                            PictureTraining::isLayerMatrix,
                            WEIGHT_DECAY,
                            BETA2);
            this.average = new WeightAverage(parameters, manager, AVERAGE);
            this.losses = manager.zeros(new Shape());
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

        private Map<String, NDArray> state() {
            Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
            state.putAll(average.state());
            return state;
        }

        Result train(long end) {
            var step = options.resume() ? checkpoint.restore(state()) : 0;
            var saved = System.nanoTime();
            try (var batches = new BatchQueue<>(PictureTraining.this::batch, step, end)) {
                while (step < Math.min(end, pace.steps())) {
                    learn(step, batches.take());
                    step++;
                    if (System.nanoTime() - saved > options.checkpointEvery().toNanos()) {
                        save(step);
                        saved = System.nanoTime();
                    }
                }
            }
            if (added > 0) {
                recentLoss = losses.toFloatArray()[0] / added;
            }
            var heldOut = save(step);
            return new Result(recentLoss, heldOut.loss(), heldOut.bitsPerValue());
        }

        private void learn(long step, PictureBatch batch) {
            try (var _ = new NDScope()) {
                var loss = differentiate(batch);
                var norm = optimizer.update(step, pace.at(step));
                average.follow(step);
                losses.addi(loss);
                added++;
                if (step % LOG_EVERY == 0) {
                    log(step, loss, norm);
                }
            }
        }

        private NDArray differentiate(PictureBatch batch) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss = model.loss(batch);
                collector.backward(loss);
                return loss;
            }
        }

        /** Reads the loss, which waits for the device; the other steps do not. */
        private void log(long step, NDArray loss, NDArray norm) {
            var reading = StepReading.of(step, loss, norm);
            recentLoss = losses.toFloatArray()[0] / added;
            var now = System.nanoTime();
            pace.passed(step);
            LOG.atInfo()
                    .addKeyValue("step", step)
                    .addKeyValue("of", pace.steps() == Long.MAX_VALUE ? "?" : pace.steps())
                    .addKeyValue("loss", "%.4f".formatted(reading.loss()))
                    .addKeyValue("recent", "%.4f".formatted(recentLoss))
                    .addKeyValue("norm", "%.2f".formatted(reading.norm()))
                    .addKeyValue("rate", "%.5f".formatted(pace.at(step)))
                    .addKeyValue("milliseconds", (now - since) / 1_000_000 / added)
                    .log("learned");
            losses.muli(0);
            added = 0;
            since = System.nanoTime();
        }

        /** Writes nothing if the held-out pictures show that the run is lost. */
        private HeldOutPictures save(long nextStep) {
            var heldOut = HeldOutPictures.measure(model.with(average.weights()), HELD_OUT);
            if (!Double.isFinite(heldOut.loss())) {
                throw new IllegalStateException(
                        "the loss must be finite, was %s before step %s"
                                .formatted(heldOut.loss(), nextStep));
            }
            folder.write(config, average.weights());
            checkpoint.save(state(), nextStep);
            LOG.atInfo()
                    .addKeyValue("step", nextStep)
                    .addKeyValue("loss", "%.4f".formatted(heldOut.loss()))
                    .addKeyValue("bitsPerValue", "%.4f".formatted(heldOut.bitsPerValue()))
                    .log("saved");
            return heldOut;
        }
    }
}
