package dev.millrace.workers.train.adapters;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.tokens.Tokenizer;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.LearningRate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Trains adapters for a decoder's layers that see everything, and writes {@value
 * ChunkAdapters#FILE}.
 *
 * <p>The decoder is only read: each step shows it one text, and each layer's adapters learn from
 * that layer's own attention; no gradient passes through the decoder (ChunkLLM, sections 3.1 and
 * 3.2).
 */
public final class AdapterTraining {
    private static final Logger LOG = LoggerFactory.getLogger(AdapterTraining.class);

    private static final double RATE = 4e-3;
    private static final int WARMUP = 50;
    private static final int LOG_EVERY = 20;
    private static final int MOST_STEPS_A_TEXT = 8; // it is computed once for all of them
    private static final int ROWS_A_STEP = 128; // at least
    private static final int HELD_OUT_EVERY = 10;
    private static final int MOST_HELD_OUT = 16;

    private final Options options;
    private final ModelDirectory model;
    private final DecoderConfig config;
    private final List<LabelledText> texts;

    /**
     * How to train.
     *
     * @param out the file to write
     * @param scorers what has adapters of its own
     * @param width of an adapted query or key
     * @param boundaryLayer whose output tells where sentences end; 0 as published
     * @param settings say what a chunk and its key are
     * @param teaching whose attention is followed
     */
    public record Options(
            Path out,
            long steps,
            long seed,
            Scorers scorers,
            int width,
            int boundaryLayer,
            ChunkSettings settings,
            Teaching teaching,
            int threads) {
        public Options {
            if (steps < 1 || width < 1) {
                throw new IllegalArgumentException(
                        "steps and width must be at least 1, were %d and %d"
                                .formatted(steps, width));
            }
        }
    }

    /**
     * What came of it, on texts that were not learned from.
     *
     * @param boundaries how well the ends of sentences are found
     * @param recalls for each scoring layer, by how many chunks are selected: the share of the
     *     selectable attention that the selected chunks have, of what the best ones would have
     */
    public record Report(Detection boundaries, Map<Integer, Map<Integer, Double>> recalls) {
        public Report {
            recalls = Collections.unmodifiableMap(new LinkedHashMap<>(recalls)); // in order
        }
    }

    private AdapterTraining(Options options, ModelDirectory model, List<LabelledText> texts) {
        this.options = options;
        this.model = model;
        this.config = model.config();
        this.texts = List.copyOf(texts);
    }

    /** Trains with the texts of a folder, in rows of {@code length} tokens. */
    public static Report run(Path directory, Path corpus, int length, Options options) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var model = ModelDirectory.open(directory, Decoders.ALL);
                var tokenizer = Tokenizer.open(directory)) {
            var texts = AdapterCorpus.read(corpus, tokenizer, length);
            return new AdapterTraining(options, model, texts).train();
        }
    }

    /** Trains with texts that are labelled already. */
    public static Report run(Path directory, List<LabelledText> texts, Options options) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var model = ModelDirectory.open(directory, Decoders.ALL)) {
            return new AdapterTraining(options, model, texts).train();
        }
    }

    private Report train() {
        if (options.boundaryLayer() < 0 || options.boundaryLayer() >= config.layers()) {
            throw new IllegalArgumentException(
                    "the boundary layer must be one of the model's %d, was %d"
                            .formatted(config.layers(), options.boundaryLayer()));
        }
        var first =
                UntrainedAdapters.of(
                        config,
                        options.boundaryLayer(),
                        options.scorers(),
                        options.width(),
                        options.settings().keys(),
                        options.seed());
        try (var kernels =
                        new TorchKernels(
                                model, Devices.cpu(), ElementType.F32, Optional.of(first));
                var manager = Torch.newScope(Devices.cpu())) {
            return new Run(kernels, manager, first).train();
        }
    }

    private boolean isHeldOut(int text) {
        return texts.size() > 1 && text % HELD_OUT_EVERY == 0;
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final TorchKernels kernels;
        private final NDManager manager;
        private final AdapterParameters parameters;
        private final AdamW optimizer;
        private final BoundaryDetector detector;
        private final List<LayerDistillation> layers;

        Run(TorchKernels kernels, NDManager manager, ChunkAdapters first) {
            this.kernels = kernels;
            this.manager = manager;
            this.parameters = new AdapterParameters(manager, config, first);
            this.optimizer = new AdamW(parameters.all(), manager, 0);
            this.detector = new BoundaryDetector(parameters, optimizer);
            var script = Script.compile(manager, AdapterScript.TEXT);
            this.layers =
                    first.layers().stream()
                            .map(layer ->
                                    new LayerDistillation(
                                            layer.index(),
                                            layer.scorers(),
                                            options.settings(),
                                            options.teaching(),
                                            parameters,
                                            script))
                            .toList();
        }

        Report train() {
            layers.forEach(layer -> {
                parameters.get(layer.queryName()).setRequiresGradient(true);
                parameters.get(layer.keyName()).setRequiresGradient(true);
            });
            var learned =
                    IntStream.range(0, texts.size()).filter(i -> !isHeldOut(i)).boxed().toList();
            var rate = new LearningRate(1, WARMUP, options.steps(), 0.7);
            long step = 0;
            while (step < options.steps()) {
                var random = new SplittableRandom(options.seed() + step);
                var text = texts.get(learned.get(random.nextInt(learned.size())));
                step += learn(step, rate, lesson(text, random), text);
            }
            var heldOut =
                    IntStream.range(0, texts.size())
                            .filter(i -> isHeldOut(i) || texts.size() == 1)
                            .limit(MOST_HELD_OUT)
                            .mapToObj(texts::get)
                            .toList();
            return measure(heldOut);
        }

        private Lesson lesson(LabelledText text, SplittableRandom random) {
            return Lesson.of(text, options.settings(), options.teaching(), random);
        }

        /**
         * Learns from a text in some steps, each from some of its rows.
         *
         * @return the steps
         */
        private long learn(long first, LearningRate rate, Lesson lesson, LabelledText text) {
            long steps = Math.clamp(lesson.rows().length / ROWS_A_STEP, 1, MOST_STEPS_A_TEXT);
            steps = Math.min(steps, options.steps() - first);
            try (var scope = manager.newSubManager();
                    var _ = new NDScope()) {
                var seen = kernels.observe(scope, lesson.tokens(), lesson.rows());
                var materials = new ArrayList<LayerDistillation.Material>();
                for (int i = 0; i < layers.size(); i++) {
                    materials.add(layers.get(i).material(scope, seen.layers().get(i), lesson));
                }
                for (int part = 0; part < steps; part++) {
                    long step = first + part;
                    double boundaryLoss =
                            detector.learn(seen.detected(), text.ends(), step, rate.at(step));
                    double loss = learn(step, rate.at(step), materials, part, (int) steps);
                    if (step % LOG_EVERY == 0) {
                        LOG.atInfo()
                                .addKeyValue("step", step)
                                .addKeyValue("boundaryLoss", "%.4f".formatted(boundaryLoss))
                                .addKeyValue("loss", "%.4f".formatted(loss / layers.size()))
                                .log("learned");
                    }
                }
            }
            return steps;
        }

        private double learn(
                long step,
                double rate,
                List<LayerDistillation.Material> materials,
                int part,
                int of) {
            double loss = 0;
            try (var scope = manager.newSubManager()) {
                for (int i = 0; i < layers.size(); i++) {
                    loss += layers.get(i).differentiate(scope, materials.get(i), part, of);
                    update(layers.get(i).queryName(), step, rate);
                    update(layers.get(i).keyName(), step, rate);
                }
            }
            return loss;
        }

        private void update(String name, long step, double rate) {
            var parameter = parameters.get(name);
            optimizer.update(name, parameter, parameter.getGradient(), step, RATE * rate);
            JniUtils.zeroGrad((PtNDArray) parameter); // libtorch adds to what is there
        }

        /** Measures with texts that were not learned from, and writes the file. */
        private Report measure(List<LabelledText> heldOut) {
            int scorers = options.scorers().of(config);
            var scores =
                    layers.stream().map(layer -> new LayerScore(layer.layer(), scorers)).toList();
            var detection = new Detection.Counter();
            for (int i = 0; i < heldOut.size(); i++) {
                measure(heldOut.get(i), new SplittableRandom(i), detection, scores);
            }
            parameters.write(options.out(), scores);
            var recalls = new LinkedHashMap<Integer, Map<Integer, Double>>();
            scores.forEach(score -> recalls.put(score.layer(), score.recalls()));
            return new Report(detection.result(), recalls);
        }

        private void measure(
                LabelledText text,
                SplittableRandom random,
                Detection.Counter detection,
                List<LayerScore> scores) {
            var lesson = lesson(text, random);
            try (var scope = manager.newSubManager();
                    var _ = new NDScope()) {
                var seen = kernels.observe(scope, lesson.tokens(), lesson.rows());
                var probabilities = detector.probabilities(seen.detected());
                detection.add(probabilities.toFloatArray(), text.ends());
                for (int i = 0; i < layers.size(); i++) {
                    var layer = layers.get(i);
                    var observed = seen.layers().get(i);
                    scores.get(i)
                            .add(
                                    layer.taught(scope, observed, lesson, true),
                                    layer.scores(scope, observed, lesson));
                }
            }
        }
    }
}
