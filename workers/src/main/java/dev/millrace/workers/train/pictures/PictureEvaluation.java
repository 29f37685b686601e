package dev.millrace.workers.train.pictures;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures what a model makes by what a classifier sees in it.
 *
 * @param model that makes pictures of the generator's classes
 */
public record PictureEvaluation(FlowModel model, Options options) {
    private static final int AT_ONCE = 64;
    private static final long SEED = 11;

    /**
     * What to make, and where.
     *
     * @param pictures how many are made, and how many drawn ones they are compared with
     * @param guidance weights, annealed; each is measured
     * @param temperature what the noise is multiplied by
     * @param classifierSteps how long the classifier learns
     */
    public record Options(
            int pictures,
            List<Double> guidance,
            double temperature,
            long classifierSteps,
            Devices.Choice device) {
        /** Enough to be right about nearly all drawn pictures. */
        public static final long USUAL_CLASSIFIER_STEPS = 600;

        public Options {
            guidance = List.copyOf(guidance);
            if (pictures < 2 || classifierSteps < 1) {
                throw new IllegalArgumentException(
                        "pictures must be at least 2 and classifierSteps 1, were %s and %s"
                                .formatted(pictures, classifierSteps));
            }
            if (!(temperature > 0 && Double.isFinite(temperature))) {
                throw new IllegalArgumentException("temperature must be > 0, was " + temperature);
            }
        }
    }

    /**
     * What came of one weight.
     *
     * @param made the pictures, which show the classes in turn
     * @param recognised share of the made pictures that are taken for what they should show
     * @param drawnRecognised the same of held-out drawn pictures: what the classifier can do
     * @param distance Fréchet's, of made from drawn pictures
     * @param drawnDistance of other drawn pictures from these: what as few pictures cannot do
     *     without
     */
    public record Report(
            double guidance,
            List<float[]> made,
            double recognised,
            double drawnRecognised,
            double distance,
            double drawnDistance) {}

    /** Measures the model of a folder, on one core if on the CPU. */
    public static void of(Path folder, Options options, Consumer<Report> reports) {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = TarFlow.open(folder, options.device(), ElementType.F32)) {
            new PictureEvaluation(model, options).measure(reports);
        }
    }

    /** Makes pictures and looks at them; on a thread that is prepared. */
    void measure(Consumer<Report> reports) {
        try (var manager = Torch.newScope(options.device());
                var classifier =
                        PictureClassifier.train(manager, options.classifierSteps(), SEED)) {
            var drawn = look(classifier, drawn(0));
            var others = look(classifier, drawn(options.pictures()));
            var reference = PictureClassifier.distribution(drawn);
            for (double weight : options.guidance()) {
                var made = make(new Guidance(weight, 1, true, Guidance.Target.BOTH));
                var seen = look(classifier, made.stream().map(PictureEvaluation::shown).toList());
                reports.accept(
                        new Report(
                                weight,
                                made,
                                recognised(seen),
                                recognised(drawn),
                                reference.distance(PictureClassifier.distribution(seen)),
                                reference.distance(PictureClassifier.distribution(others))));
            }
        }
    }

    private List<float[]> drawn(int first) {
        var source = new PictureSource();
        return IntStream.range(first, first + options.pictures())
                .mapToObj(index -> source.heldOut(index).values())
                .toList();
    }

    private static List<PictureClassifier.Seen> look(
            PictureClassifier classifier, List<float[]> pictures) {
        return pictures.stream().map(classifier::look).toList();
    }

    private List<float[]> make(Guidance guidance) {
        var sampler = new FlowSampler(model, Plan.uniform(new Sequential(), model.blocks()));
        var made = new ArrayList<float[]>();
        for (int first = 0; first < options.pictures(); first += AT_ONCE) {
            int end = Math.min(first + AT_ONCE, options.pictures());
            int[] labels =
                    IntStream.range(first, end).map(i -> i % PictureSource.CLASSES).toArray();
            var request = new Request(noise(first, end), labels, guidance, 1);
            made.addAll(sampler.sample(request, SweepListener.NONE).orElseThrow());
        }
        return made;
    }

    /** Each picture has a seed of its own. */
    private float[] noise(int first, int end) {
        int values = model.patches().values();
        var noise = new float[(end - first) * values];
        for (int i = 0; i < noise.length; i++) {
            var generator = new Generator(SEED + first + i / values);
            noise[i] = (float) (options.temperature() * generator.normal(i % values, 0));
        }
        return noise;
    }

    /** As it would be shown: values beyond white and black are these, and what is none is grey. */
    private static float[] shown(float... picture) {
        var shown = new float[picture.length];
        for (int i = 0; i < picture.length; i++) {
            shown[i] = Float.isNaN(picture[i]) ? 0 : Math.clamp(picture[i], -1, 1);
        }
        return shown;
    }

    private static double recognised(List<PictureClassifier.Seen> seen) {
        int right = 0;
        for (int i = 0; i < seen.size(); i++) {
            right += seen.get(i).label() == i % PictureSource.CLASSES ? 1 : 0;
        }
        return (double) right / seen.size();
    }
}
