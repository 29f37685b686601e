package dev.millrace.workers.train.pictures;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a model makes by what a classifier sees in it.
 *
 * @param model that makes pictures of the generator's classes
 * @param pictures how many are made, and how many drawn ones they are compared with
 */
public record PictureEvaluation(FlowModel model, Plan plan, Guidance guidance, int pictures) {
    private static final Window WINDOW = new Window(64, 0.01);
    private static final long CLASSIFIER_STEPS = 600;
    private static final long SEED = 11;

    /**
     * What came of it.
     *
     * @param recognised share of the made pictures that are taken for what they should show
     * @param drawnRecognised the same of held-out drawn pictures: what the classifier can do
     * @param distance Fréchet's, of made from drawn pictures
     * @param drawnDistance of other drawn pictures from these: what as few pictures cannot do
     *     without
     */
    public record Report(
            double recognised, double drawnRecognised, double distance, double drawnDistance) {}

    /** Measures the model of a folder, sampled by a window on one core. */
    public static Report of(Path folder, int pictures, double weight) {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = TarFlow.open(folder, Devices.cpu(), ElementType.F32)) {
            var guidance = new Guidance(weight, 1, true, Guidance.Target.BOTH);
            var plan = Plan.uniform(WINDOW, model.blocks());
            return new PictureEvaluation(model, plan, guidance, pictures).measure();
        }
    }

    /** Makes pictures and looks at them; on a thread that is prepared. */
    Report measure() {
        try (var manager = NDManager.newBaseManager();
                var classifier = PictureClassifier.train(manager, CLASSIFIER_STEPS, SEED)) {
            var drawn = drawn(classifier, 0);
            var others = drawn(classifier, pictures);
            var made = new ArrayList<PictureClassifier.Seen>();
            for (int i = 0; i < pictures; i++) {
                made.add(classifier.look(make(i)));
            }
            var reference = PictureClassifier.distribution(drawn);
            return new Report(
                    recognised(made),
                    recognised(drawn),
                    reference.distance(PictureClassifier.distribution(made)),
                    reference.distance(PictureClassifier.distribution(others)));
        }
    }

    private List<PictureClassifier.Seen> drawn(PictureClassifier classifier, int first) {
        var source = new PictureSource();
        var seen = new ArrayList<PictureClassifier.Seen>();
        for (int i = 0; i < pictures; i++) {
            seen.add(classifier.look(source.heldOut(first + (long) i).values()));
        }
        return seen;
    }

    private float[] make(int index) {
        var generator = new Generator(SEED + index);
        var noise = new float[model.patches().values()];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) generator.normal(i, 0);
        }
        int[] label = {index % PictureSource.CLASSES};
        var request = new Request(noise, label, guidance, 1);
        return new FlowSampler(model, plan)
                .sample(request, SweepListener.NONE)
                .orElseThrow()
                .getFirst();
    }

    /** Pictures show the classes in turn. */
    private static double recognised(List<PictureClassifier.Seen> seen) {
        int right = 0;
        for (int i = 0; i < seen.size(); i++) {
            right += seen.get(i).label() == i % PictureSource.CLASSES ? 1 : 0;
        }
        return (double) right / seen.size();
    }
}
