package dev.millrace.workers.train.adapters;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Activation;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;
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

    private static final double BOUNDARY_RATE = 1e-2;
    private static final double ADAPTER_RATE = 2e-3;
    private static final int WARMUP = 50;
    private static final int LOG_EVERY = 20;
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
     * @param width of an adapted query or key
     * @param settings say what a chunk and its key are
     */
    public record Options(
            Path out, long steps, long seed, int width, ChunkSettings settings, int threads) {
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
        var scoring =
                IntStream.range(0, config.layers())
                        .filter(layer -> !config.sights().get(layer).isWindowed())
                        .boxed()
                        .toList();
        var first = AdapterParameters.random(config, scoring, options.width(), options.seed());
        try (var kernels =
                        new TorchKernels(
                                model, Devices.cpu(), ElementType.F32, Optional.of(first));
                var manager = Torch.newScope(Devices.cpu())) {
            return new Run(kernels, manager, first).train();
        }
    }

    /** The state of a run, alive while its manager is. */
    private final class Run {
        private final TorchKernels kernels;
        private final NDManager manager;
        private final List<Integer> scoring;
        private final AdapterParameters parameters;
        private final Script script;
        private final AdamW optimizer;

        Run(TorchKernels kernels, NDManager manager, ChunkAdapters first) {
            this.kernels = kernels;
            this.manager = manager;
            this.scoring = first.layers().stream().map(ChunkAdapters.Layer::index).toList();
            this.script = Script.compile(manager, AdapterScript.TEXT);
            this.parameters = new AdapterParameters(manager, config, first);
            this.optimizer = new AdamW(parameters.all(), manager, 0);
        }

        Report train() {
            scoring.forEach(layer -> {
                parameters.get(AdapterParameters.query(layer)).setRequiresGradient(true);
                parameters.get(AdapterParameters.key(layer)).setRequiresGradient(true);
            });
            var learned =
                    IntStream.range(0, texts.size()).filter(i -> !isHeldOut(i)).boxed().toList();
            var rate = new LearningRate(1, WARMUP, options.steps(), 0.7);
            for (long step = 0; step < options.steps(); step++) {
                var random = new SplittableRandom(options.seed() + step);
                var text = texts.get(learned.get(random.nextInt(learned.size())));
                learn(step, rate.at(step), Lesson.of(text, options.settings(), random), text);
            }
            return finish();
        }

        private boolean isHeldOut(int text) {
            return texts.size() > 1 && text % HELD_OUT_EVERY == 0;
        }

        private void learn(long step, double rate, Lesson lesson, LabelledText text) {
            try (var scope = manager.newSubManager();
                    var _ = new NDScope()) {
                var seen = kernels.observe(scope, lesson.tokens(), lesson.rows());
                double boundaryLoss = learnBoundaries(step, rate, seen.firstOutput(), text);
                double loss = 0;
                for (int i = 0; i < scoring.size(); i++) {
                    loss +=
                            learnLayer(
                                    step,
                                    rate,
                                    scope,
                                    scoring.get(i),
                                    seen.layers().get(i),
                                    lesson);
                }
                if (step % LOG_EVERY == 0) {
                    LOG.atInfo()
                            .addKeyValue("step", step)
                            .addKeyValue("boundaryLoss", "%.4f".formatted(boundaryLoss))
                            .addKeyValue("loss", "%.4f".formatted(loss / scoring.size()))
                            .log("learned");
                }
            }
        }

        /** Logistic regression: the gradient of its cross-entropy is (p - y) x. */
        private double learnBoundaries(long step, double rate, NDArray x, LabelledText text) {
            var y = Tensors.floats(x.getManager(), labels(text), text.ends().length, 1);
            var p = probabilities(x);
            var difference = p.sub(y);
            var weightGradient = difference.transpose().matMul(x).div(text.ends().length);
            var biasGradient = difference.mean().reshape(1);
            update(AdapterParameters.BOUNDARY, weightGradient, step, BOUNDARY_RATE * rate);
            update(AdapterParameters.BIAS, biasGradient, step, BOUNDARY_RATE * rate);
            var right = y.mul(p).add(y.neg().add(1).mul(p.neg().add(1))).clip(1e-12, 1);
            return -right.log().mean().toFloatArray()[0];
        }

        private NDArray probabilities(NDArray x) {
            var scores =
                    x.matMul(parameters.get(AdapterParameters.BOUNDARY).transpose())
                            .add(parameters.get(AdapterParameters.BIAS));
            return Activation.sigmoid(scores); // [tokens, 1]
        }

        private double learnLayer(
                long step,
                double rate,
                NDManager scope,
                int layer,
                TorchKernels.Layer seen,
                Lesson lesson) {
            float[] forbidden = lesson.forbidden(options.settings().local());
            float[] teacher = teacher(scope, seen, lesson);
            float[] weights = lesson.residual(teacher, forbidden);
            if (sum(weights) == 0) {
                return 0;
            }
            double loss = differentiate(scope, layer, seen, lesson, teacher, forbidden, weights);
            for (var name : List.of(AdapterParameters.query(layer), AdapterParameters.key(layer))) {
                update(name, parameters.get(name).getGradient(), step, ADAPTER_RATE * rate);
            }
            return loss;
        }

        private double differentiate(
                NDManager scope,
                int layer,
                TorchKernels.Layer seen,
                Lesson lesson,
                float[] teacher,
                float[] forbidden,
                float[] weights) {
            int rows = lesson.rows().length;
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss =
                        script.callDifferentiable(
                                new NDList(
                                        seen.plainQuery()
                                                .duplicate(), // has been made in inference mode
                                        keys(scope, seen, lesson),
                                        Tensors.floats(scope, teacher, rows, lesson.chunks()),
                                        Tensors.floats(scope, forbidden, rows, lesson.chunks()),
                                        Tensors.floats(scope, weights, rows),
                                        parameters.get(AdapterParameters.query(layer)),
                                        parameters.get(AdapterParameters.key(layer))));
                collector.backward(loss);
                return loss.toFloatArray()[0];
            }
        }

        private void update(String name, NDArray gradient, long step, double rate) {
            optimizer.update(name, parameters.get(name), gradient, step, rate);
        }

        private float[] teacher(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
            return script.call(
                            scope,
                            "teach",
                            seen.query(),
                            seen.key(),
                            scope.create(lesson.rows()),
                            Tensors.floats(
                                    scope,
                                    lesson.members(),
                                    lesson.tokens().length,
                                    lesson.chunks()),
                            Math.pow(config.headDim(), -0.5))
                    .toFloatArray();
        }

        private NDArray keys(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
            return Tensors.floats(
                            scope,
                            lesson.keyParts(options.settings().keys()),
                            lesson.chunks(),
                            lesson.tokens().length)
                    .matMul(seen.plainKey());
        }

        private Report finish() {
            var heldOut =
                    IntStream.range(0, texts.size())
                            .filter(i -> isHeldOut(i) || texts.size() == 1)
                            .limit(MOST_HELD_OUT)
                            .mapToObj(texts::get)
                            .toList();
            var scores = new ArrayList<LayerScore>();
            scoring.forEach(layer -> scores.add(new LayerScore(layer)));
            var detection = new Detection.Counter();
            for (int i = 0; i < heldOut.size(); i++) {
                var random = new SplittableRandom(i);
                var lesson = Lesson.of(heldOut.get(i), options.settings(), random);
                measure(lesson, heldOut.get(i), detection, scores);
            }
            parameters.write(options.out(), scores);
            var recalls = new LinkedHashMap<Integer, Map<Integer, Double>>();
            scores.forEach(score -> recalls.put(score.layer(), score.recalls()));
            return new Report(detection.result(), recalls);
        }

        private void measure(
                Lesson lesson,
                LabelledText text,
                Detection.Counter detection,
                List<LayerScore> scores) {
            try (var scope = manager.newSubManager();
                    var _ = new NDScope()) {
                var seen = kernels.observe(scope, lesson.tokens(), lesson.rows());
                detection.add(probabilities(seen.firstOutput()).toFloatArray(), text.ends());
                for (int i = 0; i < scoring.size(); i++) {
                    var layer = seen.layers().get(i);
                    float[] forbidden = lesson.forbidden(options.settings().local());
                    float[] teacher = teacher(scope, layer, lesson);
                    float[] weights = lesson.residual(teacher, forbidden);
                    float[] student =
                            script.call(
                                            scope,
                                            "scores",
                                            layer.plainQuery(),
                                            keys(scope, layer, lesson),
                                            parameters.get(AdapterParameters.query(scoring.get(i))),
                                            parameters.get(AdapterParameters.key(scoring.get(i))))
                                    .toFloatArray();
                    scores.get(i).add(lesson.chunks(), teacher, forbidden, weights, student);
                }
            }
        }
    }

    private static float[] labels(LabelledText text) {
        float[] labels = new float[text.ends().length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = text.ends()[i] ? 1 : 0;
        }
        return labels;
    }

    private static float sum(float... values) {
        float sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
