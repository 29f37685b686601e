package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.eco.HashLearning;
import dev.millrace.workers.eco.Numerator;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Spread;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.pictures.PictureSource;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * EcoFormer's own kind of experiment in miniature: a classifier with full softmax attention,
 * trained on small pictures, converted and taught further, on small pictures and then on large
 * ones; beside it, with as many further steps, the same with softmax, and with keys and values
 * pooled.
 */
public final class PyramidExperiment {
    private static final String SOFTMAX = "softmax";
    private static final String POOLING = "pooled";
    private static final String ECO = "EcoFormer";
    private static final int BITS = 16;
    private static final int ANCHORS = 25;
    private static final int POOLED = 7; // of 56 tokens to a side, 8 are left, as in PVTv2-B0
    private static final int HASHED_PICTURES = 2;
    private static final int MEASURED_AT_ONCE = 8;
    private static final HashLearning LEARNING = new HashLearning(10, 100, 0.03, 0.9);

    private final Options options;
    private final Report report;

    /**
     * How to do it.
     *
     * @param findings the file to which each seed's figures are added, and from which they are
     *     taken when they are there
     * @param seeds how often, each with its own weights and pictures
     * @param smallSide of the pictures to begin with, in pixels
     * @param side of the pictures that count
     * @param smallSteps with small pictures, before the conversion
     * @param furtherSmallSteps after it, of every arm, with small pictures
     * @param furtherSteps after these, with large ones
     * @param pictures to measure with
     * @param noise over the pictures
     */
    public record Options(
            Path findings,
            int seeds,
            int smallSide,
            int side,
            long smallSteps,
            long furtherSmallSteps,
            long furtherSteps,
            int batch,
            int pictures,
            double noise) {
        /** Those of the figures in the documentation. */
        public static Options usual(Path findings) {
            return new Options(findings, 3, 96, 224, 1500, 1000, 250, 8, 1000, 0.4);
        }

        /** What figures are of: all but how often. */
        String subject() {
            return "sides %d and %d, steps %d + %d and %d, batch %d, noise %s"
                    .formatted(
                            smallSide,
                            side,
                            smallSteps,
                            furtherSmallSteps,
                            furtherSteps,
                            batch,
                            noise);
        }
    }

    public PyramidExperiment(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Trains, measures, prints, and says each figure by its name. */
    public void run() {
        Torch.prepareThread();
        Torch.useThreads(1);
        var shape = PyramidShape.MINIATURE.at(options.side());
        new PyramidCost(report, shape, BITS, ANCHORS, POOLED).run();
        var findings = new Findings(options.findings(), options.subject());
        var table = new Table(report.out(), "seed", List.of(SOFTMAX, POOLING, ECO, "lost"));
        var all = new ArrayList<Findings.Finding>();
        for (int seed = 1; seed <= options.seeds(); seed++) {
            long each = seed;
            var found =
                    findings.get(
                            options.pictures() + " held-out pictures",
                            "seed " + seed,
                            () -> measure(each, shape));
            row(table, seed, found);
            all.add(found);
        }
        report.out().println();
        var lost = Spread.of(all, each -> each.figure(SOFTMAX) - each.figure(ECO));
        report.result("vit_drop_pt", lost.mean());
        report.result("vit_drop_pt_plus_minus", lost.interval());
        var beside = Spread.of(all, each -> each.figure(POOLING) - each.figure(ECO));
        report.result("vit_drop_beside_pooled_pt", beside.mean());
    }

    private static void row(Table table, int seed, Findings.Finding found) {
        double softmax = found.figure(SOFTMAX);
        double eco = found.figure(ECO);
        table.row(
                Integer.toString(seed),
                List.of(
                        "%.2f %%".formatted(softmax),
                        "%.2f %%".formatted(found.figure(POOLING)),
                        "%.2f %%".formatted(eco),
                        "%.2f".formatted(softmax - eco)));
    }

    /** Percent right of each kind of attention. */
    private Map<String, Double> measure(long seed, PyramidShape shape) {
        try (var manager = Torch.newScope(Devices.cpu())) {
            var pictures = new GridPictures(new PictureSource(), options.noise());
            var weights = PyramidLessons.first(manager, shape, seed);
            var small = new Pyramid(shape.at(options.smallSide()));
            var lessons = new PyramidLessons(manager, small, pictures);
            lessons.learn(
                    weights, SoftmaxGrid.FULL, options.smallSteps(), options.batch(), 1e-3, seed);
            var eco = new EcoGrid(Numerator.OFFICIAL);
            var large = new Pyramid(shape);
            var converted = converted(manager, large, weights, pictures, eco, seed);
            var arms = new Arms(lessons, new PyramidLessons(manager, large, pictures));
            var right = new LinkedHashMap<String, Double>();
            right.put(SOFTMAX, arm(arms, copied(manager, weights), SoftmaxGrid.FULL, seed));
            var pooled = new SoftmaxGrid(POOLED);
            right.put(POOLING, arm(arms, copied(manager, weights), pooled, seed));
            right.put(ECO, arm(arms, converted, eco, seed));
            return right;
        }
    }

    private Map<String, NDArray> converted(
            NDManager manager,
            Pyramid pyramid,
            Map<String, NDArray> weights,
            GridPictures pictures,
            EcoGrid eco,
            long seed) {
        int side = pyramid.shape().side();
        var first = pictures.lesson(side, seed, Long.MAX_VALUE / 2, HASHED_PICTURES);
        var conversion = new Conversion(pyramid, LEARNING, BITS, ANCHORS, seed);
        try (var values = Tensors.floats(manager, first.values(), HASHED_PICTURES, 3, side, side)) {
            return conversion.of(manager, weights, values, eco);
        }
    }

    private static Map<String, NDArray> copied(NDManager manager, Map<String, NDArray> weights) {
        var copies = new LinkedHashMap<String, NDArray>();
        weights.forEach((name, weight) ->
                copies.put(name, manager.create(weight.toFloatArray(), weight.getShape())));
        return copies;
    }

    /** Lessons with small pictures, and with large ones. */
    private record Arms(PyramidLessons small, PyramidLessons large) {}

    /** Further steps of one arm, of all the same pictures in the same order; percent right. */
    private double arm(Arms arms, Map<String, NDArray> weights, GridAttention kind, long seed) {
        int batch = options.batch();
        arms.small().learn(weights, kind, options.furtherSmallSteps(), batch, 1e-3, -seed);
        arms.large().learn(weights, kind, options.furtherSteps(), batch, 6e-4, seed << 32);
        return arms.large().accuracy(weights, kind, options.pictures(), MEASURED_AT_ONCE);
    }
}
