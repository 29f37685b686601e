package dev.millrace.workers.train.scenes.clip;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.millrace.workers.segment.clip.Clip;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.BatchQueue;
import dev.millrace.workers.train.Checkpoint;
import dev.millrace.workers.train.LearningRate;
import dev.millrace.workers.train.MuonAdamW;
import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.StepReading;
import dev.millrace.workers.train.WeightAverage;
import dev.millrace.workers.train.scenes.SceneSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Trains one of the two networks and writes its folder, with the moving average of its weights.
 *
 * <p>What a step learns from depends only on the seed and the step; a run that is stopped and
 * resumed ends with the same weights as one that was not.
 */
public final class SceneClipTraining {
    private static final Logger LOG = LoggerFactory.getLogger(SceneClipTraining.class);

    private static final double DECAY_SHARE = 0.5;
    private static final int WARMUP = 40;
    private static final double WEIGHT_DECAY = 1e-2;
    private static final double BETA2 = 0.95;
    private static final double AVERAGE = 0.99;
    private static final int LOG_EVERY = 10;

    /** Which network. */
    public enum Part {
        /** The CLIP of patches, with the text side of both. */
        CLIP,
        /** The residual network, for which a trained CLIP must be there. */
        TRUNK;

        /** Of its folder. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How to train.
     *
     * @param out the model's folder, below which each part has its own; checkpoints stand beside
     *     it, as {@code <folder>.<part>.checkpoint}
     * @param steps of the whole run, resumed or not
     * @param batch pictures of a step, half of them scenes
     * @param pool how many scenes there are to learn from
     * @param rate the highest learning rate
     * @param resume goes on from the checkpoint, which must exist
     * @param inner what products are computed in
     * @param threads of the tensor library
     */
    public record Options(
            Path out,
            Part part,
            long steps,
            int batch,
            int pool,
            double rate,
            long seed,
            boolean resume,
            ElementType inner,
            int threads,
            Duration checkpointEvery) {
        public Options {
            if (steps < 1 || batch < 2 || batch % 2 != 0 || pool < 1 || threads < 1) {
                throw new IllegalArgumentException(
                        "steps, pool and threads must be at least 1 and batch even, were %d, %d, %d and %d"
                                .formatted(steps, pool, threads, batch));
            }
        }

        Path folder() {
            return out.resolve(part.word());
        }

        Path checkpoint() {
            return out.resolveSibling(out.getFileName() + "." + part.word() + ".checkpoint");
        }
    }

    private final Options options;
    private final SceneWords words = new SceneWords();
    private final SceneClipShape shape;

    /** Trains the networks that ship. */
    public SceneClipTraining(Options options) {
        this.options = options;
        this.shape = SceneClipShape.shipped(words);
    }

    /** Trains networks of any dimensions. */
    SceneClipTraining(Options options, SceneClipShape shape) {
        this.options = options;
        this.shape = shape;
    }

    /** Trains to the end, writes the network and returns the mean loss of the last steps. */
    public double run() {
        return runUntil(Long.MAX_VALUE);
    }

    /**
     * Stops before a step, if the run is so long, with a checkpoint from which the run can be
     * resumed.
     */
    double runUntil(long end) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        var vocabulary = options.out().resolve(Part.CLIP.word());
        if (options.part() == Part.CLIP) {
            SceneClipFolder.writeTokenizer(vocabulary, words);
        }
        try (var manager = Torch.newScope(Devices.cpu());
                var texts = new SceneTexts(words, vocabulary);
                var learner = learner(texts, manager)) {
            return new Run(learner, manager).train(end);
        }
    }

    private Learner learner(SceneTexts texts, NDManager manager) {
        return switch (options.part()) {
            case CLIP -> new VisionLearner(shape, texts, options.inner(), manager, options.seed());
            case TRUNK -> {
                var folder = options.out().resolve(Part.CLIP.word());
                var clip = Clip.open(folder, Devices.cpu(), ElementType.F32);
                yield new TrunkLearner(
                        shape, clip, texts, options.inner(), manager, options.seed());
            }
        };
    }

    private SceneLessons lessons() {
        int partSide = options.part() == Part.CLIP ? shape.partSide() : shape.side();
        long stream =
                switch (options.part()) {
                    case CLIP -> 0;
                    case TRUNK -> 1;
                };
        return new SceneLessons(
                new SceneSource(shape.side()),
                Seeds.mix(options.seed(), stream),
                options.batch(),
                partSide,
                options.pool());
    }

    private static boolean isLayerMatrix(String name) {
        return name.contains(".encoder.layers.")
                && name.endsWith(".weight")
                && !name.contains("layer_norm");
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final Learner learner;
        private final MuonAdamW optimizer;
        private final WeightAverage average;
        private final Checkpoint checkpoint;
        private final LearningRate rate =
                new LearningRate(
                        options.rate(),
                        Math.min(WARMUP, options.steps() / 10),
                        options.steps(),
                        DECAY_SHARE);
        private double sum;
        private int added;
        private double recent = Double.NaN;
        private long since = System.nanoTime();

        Run(Learner learner, NDManager manager) {
            this.learner = learner;
            var parameters = learner.parameters();
            this.optimizer =
                    new MuonAdamW(
                            parameters,
                            manager,
                            SceneClipTraining::isLayerMatrix,
                            WEIGHT_DECAY,
                            BETA2);
            Map<String, NDArray> all = new LinkedHashMap<>(parameters);
            all.putAll(learner.buffers());
            this.average = new WeightAverage(all, manager, AVERAGE);
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            this.checkpoint =
                    new Checkpoint(
                            options.checkpoint(),
                            Map.of(
                                    "seed",
                                    Long.toString(options.seed()),
                                    "batch",
                                    Integer.toString(options.batch()),
                                    "shape",
                                    shape.toString()));
        }

        private Map<String, NDArray> state() {
            Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
            state.putAll(average.state());
            learner.buffers().forEach((name, buffer) -> state.put("buffer." + name, buffer));
            return state;
        }

        double train(long end) {
            long step = options.resume() ? checkpoint.restore(state()) : 0;
            long last = Math.min(end, options.steps());
            var saved = System.nanoTime();
            try (var lessons = new BatchQueue<>(lessons()::of, step, last)) {
                while (step < last) {
                    learn(step, lessons.take());
                    step++;
                    if (System.nanoTime() - saved > options.checkpointEvery().toNanos()) {
                        save(step);
                        saved = System.nanoTime();
                    }
                }
            }
            save(step);
            return recent;
        }

        private void learn(long step, SceneLesson lesson) {
            try (var _ = new NDScope()) {
                var losses = differentiate(lesson);
                var norm = optimizer.update(step, rate.at(step));
                average.follow(step);
                var reading = StepReading.of(step, losses.getFirst(), norm);
                sum += reading.loss();
                added++;
                if (step % LOG_EVERY == 0) {
                    log(step, reading, losses);
                }
            }
        }

        private NDList differentiate(SceneLesson lesson) {
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var losses = learner.loss(lesson);
                collector.backward(losses.getFirst());
                return losses;
            }
        }

        private void log(long step, StepReading reading, NDList losses) {
            recent = sum / added;
            var now = System.nanoTime();
            var parts = new StringBuilder();
            for (var part : losses.subList(1, losses.size())) {
                parts.append(" %.4f".formatted(part.toFloatArray()[0]));
            }
            LOG.atInfo()
                    .addKeyValue("step", step)
                    .addKeyValue("of", options.steps())
                    .addKeyValue("recent", "%.4f".formatted(recent))
                    .addKeyValue("parts", parts.toString().strip())
                    .addKeyValue("norm", "%.2f".formatted(reading.norm()))
                    .addKeyValue("rate", "%.5f".formatted(rate.at(step)))
                    .addKeyValue("milliseconds", (now - since) / 1_000_000 / added)
                    .log("learned");
            sum = 0;
            added = 0;
            since = System.nanoTime();
        }

        private void save(long nextStep) {
            learner.write(options.folder(), average.weights());
            checkpoint.save(state(), nextStep);
            LOG.atInfo().addKeyValue("step", nextStep).log("saved");
        }
    }
}
