package dev.millrace.workers.train.scenes.sam;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.sam.SamConfig;
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
import dev.millrace.workers.train.scenes.SceneSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Trains the small SAM on scenes and writes its folder, with the moving average of its weights.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same weights as one that was not.
 */
public final class SamTraining {
    private static final Logger LOG = LoggerFactory.getLogger(SamTraining.class);

    private static final double DECAY_SHARE = 0.6;
    private static final int WARMUP = 100;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double BETA2 = 0.98;
    private static final double AVERAGE = 0.998;
    private static final int LOG_EVERY = 50;

    private final Options options;
    private final SamConfig config;
    private final ScenePool pool;

    /**
     * How to train.
     *
     * @param out the model's folder; the checkpoint stands beside it, as {@code
     *     <folder>.checkpoint}
     * @param length of the whole run, resumed or not; one that is resumed is told its steps
     * @param plan of each step
     * @param scenes that are learned from again and again, turned and lit differently
     * @param rate the highest learning rate
     * @param sigma the standard deviation of the frequencies of positions
     * @param inner what products are computed in
     * @param resume goes on from the checkpoint, which must exist
     * @param threads of the tensor library
     * @param heldOut scenes at each checkpoint
     */
    public record Options(
            Path out,
            RunLength length,
            LessonPlan plan,
            int scenes,
            double rate,
            double sigma,
            long seed,
            ElementType inner,
            boolean resume,
            int threads,
            Devices.Choice device,
            Duration checkpointEvery,
            int heldOut) {
        public static final long SHIPPED_STEPS = 16_000;
        public static final double SHIPPED_RATE = 1.2e-3;
        public static final int SHIPPED_SCENES = 8192;
        public static final int SHIPPED_HELD_OUT = 50;

        public Options {
            if (threads < 1 || scenes < 1 || heldOut < 1) {
                throw new IllegalArgumentException(
                        "threads, scenes and held-out scenes must be at least 1, were %d, %d, %d"
                                .formatted(threads, scenes, heldOut));
            }
            if (!(sigma > 0)) {
                throw new IllegalArgumentException("sigma must be positive, was " + sigma);
            }
            if (resume && length instanceof RunLength.Within) {
                throw new IllegalArgumentException(
                        "a run is resumed with its steps, which its log tells, not with a time");
            }
        }
    }

    /** What came of it: the mean loss of the last steps, and how it does on held-out scenes. */
    public record Result(double trainingLoss, HeldOutScenes heldOut) {
        /** The same by name. */
        public Map<String, Double> figures() {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("training_loss", trainingLoss);
            figures.put("held_out_objects", (double) heldOut.objects());
            figures.put("box_iou", heldOut.boxIou());
            figures.put("point_iou_best", heldOut.pointIou());
            figures.put("point_iou_chosen", heldOut.chosenIou());
            figures.put("box_quality_error", heldOut.boxError());
            figures.put("point_quality_error", heldOut.pointError());
            return figures;
        }
    }

    /** Trains the model that ships, or for fewer steps what might become it. */
    public SamTraining(Options options) {
        this(options, SamModel.shipped());
    }

    /** Trains a model of any dimensions. */
    SamTraining(Options options, SamConfig config) {
        this.options = options;
        this.config = config;
        this.pool =
                new ScenePool(
                        new SceneSource(config.vision().side()), options.seed(), options.scenes());
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
            var model =
                    new SamModel(config, options.inner(), manager, options.seed(), options.sigma());
            return new Run(model, manager).train(end);
        }
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final SamModel model;
        private final MuonAdamW optimizer;
        private final WeightAverage average;
        private final Checkpoint checkpoint;
        private final SamFolder folder = new SamFolder(options.out());
        private final SamBatches batches =
                new SamBatches(
                        pool,
                        options.plan(),
                        config.vision().side(),
                        config.decoder().masks(),
                        Seeds.mix(options.seed(), -1));
        private final Pace pace =
                new Pace(options.length(), options.rate(), WARMUP, DECAY_SHARE, System::nanoTime);

        /** The loss and its parts of the steps since the last that was logged, added up. */
        private final NDArray sums;

        private final NDArray chosen;
        private int added;
        private double recentLoss = Double.NaN;
        private long since = System.nanoTime();

        Run(SamModel model, NDManager manager) {
            this.model = model;
            var parameters = model.parameters();
            this.optimizer = new MuonAdamW(parameters, manager, _ -> false, WEIGHT_DECAY, BETA2);
            this.average = new WeightAverage(parameters, manager, AVERAGE);
            this.sums = manager.zeros(new Shape(3));
            this.chosen = manager.zeros(new Shape(config.decoder().masks()));
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            var name = options.out().getFileName() + ".checkpoint";
            this.checkpoint = new Checkpoint(options.out().resolveSibling(name), identity());
        }

        private Map<String, String> identity() {
            return Map.of(
                    "seed",
                    Long.toString(options.seed()),
                    "plan",
                    options.plan().toString(),
                    "scenes",
                    Integer.toString(options.scenes()),
                    "sigma",
                    Double.toString(options.sigma()),
                    "config",
                    config.toString());
        }

        private Map<String, NDArray> state() {
            Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
            state.putAll(average.state());
            return state;
        }

        Result train(long end) {
            var step = options.resume() ? checkpoint.restore(state()) : 0;
            var saved = System.nanoTime();
            try (var queue = new BatchQueue<>(batches::at, step, end)) {
                while (step < Math.min(end, pace.steps())) {
                    learn(step, queue.take());
                    step++;
                    if (System.nanoTime() - saved > options.checkpointEvery().toNanos()) {
                        save(step);
                        saved = System.nanoTime();
                    }
                }
            }
            if (added > 0) {
                recentLoss = sums.toFloatArray()[0] / added;
            }
            return new Result(recentLoss, save(step));
        }

        private void learn(long step, SamBatch batch) {
            try (var _ = new NDScope()) {
                var said = differentiate(batch);
                var norm = optimizer.update(step, pace.at(step));
                average.follow(step);
                sums.addi(NDArrays.stack(said.subNDList(0, 3)));
                chosen.addi(said.get(3));
                added++;
                if (step % LOG_EVERY == 0) {
                    log(step, said.get(0), norm);
                }
            }
        }

        private NDList differentiate(SamBatch batch) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var said = model.learn(batch);
                collector.backward(said.get(0));
                return said;
            }
        }

        private void log(long step, NDArray loss, NDArray norm) {
            var reading = StepReading.of(step, loss, norm);
            float[] parts = sums.toFloatArray();
            recentLoss = parts[0] / added;
            pace.passed(step);
            LOG.atInfo()
                    .addKeyValue("step", step)
                    .addKeyValue("of", pace.steps() == Long.MAX_VALUE ? "?" : pace.steps())
                    .addKeyValue("loss", four(recentLoss))
                    .addKeyValue("masks", four(parts[1] / added))
                    .addKeyValue("ious", four(parts[2] / added))
                    .addKeyValue("best", Arrays.toString(chosen.toFloatArray()))
                    .addKeyValue("norm", four(reading.norm()))
                    .addKeyValue("rate", four(1e3 * pace.at(step)))
                    .addKeyValue("milliseconds", (System.nanoTime() - since) / 1_000_000 / added)
                    .log("learned");
            sums.muli(0);
            chosen.muli(0);
            added = 0;
            since = System.nanoTime();
        }

        private static String four(double value) {
            return String.format(Locale.ROOT, "%.4f", value);
        }

        /** Writes nothing if the held-out scenes show that the run is lost. */
        private HeldOutScenes save(long nextStep) {
            var averaged = model.with(average.weights());
            var heldOut = HeldOutScenes.measure(averaged, options.heldOut());
            if (!heldOut.isFinite()) {
                throw new IllegalStateException(
                        "what is measured must be finite, was %s before step %s"
                                .formatted(heldOut, nextStep));
            }
            folder.write(config, averaged.weights(), ElementType.BF16);
            checkpoint.save(state(), nextStep);
            LOG.atInfo().addKeyValue("step", nextStep).addKeyValue("heldOut", heldOut).log("saved");
            since = System.nanoTime();
            return heldOut;
        }
    }
}
