package dev.millrace.workers.train.pictures;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.BatchQueue;
import dev.millrace.workers.train.LearningRate;
import dev.millrace.workers.train.Seeds;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Tells what a picture shows, and what it looks like in the terms that this needs: a small
 * convolutional network, trained on the generator's own pictures in a minute.
 *
 * <p>Fréchet's distance in its features says how far made pictures are from drawn ones. The numbers
 * are its own: they compare models of these pictures with each other, with nothing else.
 */
final class PictureClassifier implements AutoCloseable {
    /** Of the layer below the last one. */
    static final int FEATURES = 64;

    private static final double RATE = 2e-3;
    private static final double DECAY = 1e-2;
    private static final int BATCH = 64;
    private static final double NOISE = 0.05;
    private static final int SIZE =
            PictureSource.CHANNELS * PictureSource.SIDE * PictureSource.SIDE;

    private static final String METHODS =
            """
            def convolve(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, stride: int) -> Tensor:
              return torch.relu(torch.conv2d(x, w[i], w[i + 1], [stride, stride], [1, 1], [1, 1], 1))
            def features(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
              h = self.convolve(x, w, 0, 1)
              h = self.convolve(h, w, 2, 2)
              h = self.convolve(h, w, 4, 2)
              h = self.convolve(h, w, 6, 2)
              return torch.relu(torch.linear(torch.flatten(h, 1), w[8], w[9]))
            def logits(self: __torch__.M, f: Tensor, w: List[Tensor]) -> Tensor:
              return torch.linear(f, w[10], w[11])
            def forward(self: __torch__.M, x: Tensor, labels: Tensor, w: List[Tensor]) -> Tensor:
              return torch.cross_entropy_loss(self.logits(self.features(x, w), w), labels, None, 1, -100, 0.10000000000000001)
            """;

    private final NDManager manager;
    private final Script script;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();

    private PictureClassifier(NDManager manager, long seed) {
        this.manager = manager;
        this.script = Script.compile(manager, METHODS);
        var random = new SplittableRandom(seed);
        add("conv1", random, 16, PictureSource.CHANNELS, 3, 3);
        add("conv2", random, 32, 16, 3, 3);
        add("conv3", random, 48, 32, 3, 3);
        add("conv4", random, 48, 48, 3, 3);
        add("hidden", random, FEATURES, 48 * 16);
        add("out", random, PictureSource.CLASSES, FEATURES);
    }

    private void add(String name, SplittableRandom random, long... dimensions) {
        var shape = new Shape(dimensions);
        double deviation = Math.sqrt(2.0 * dimensions[0] / (double) shape.size());
        var values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        parameters.put(name + ".weight", manager.create(values, shape));
        parameters.put(name + ".bias", manager.zeros(new Shape(dimensions[0])));
    }

    /** Trains for so many steps of {@value #BATCH} pictures, with a scope below {@code parent}. */
    static PictureClassifier train(NDManager parent, long steps, long seed) {
        var classifier = new PictureClassifier(parent.newSubManager(), seed);
        var adam = new AdamW(classifier.parameters, classifier.manager, DECAY);
        var rate = new LearningRate(RATE, Math.min(50, steps / 10), steps, 0.8);
        classifier.parameters.values().forEach(one -> one.setRequiresGradient(true));
        try (var lessons = new BatchQueue<>(step -> Lesson.of(seed, step), 0, steps)) {
            for (long step = 0; step < steps; step++) {
                try (var _ = new NDScope()) {
                    classifier.learn(step, lessons.take(), adam, rate.at(step));
                }
            }
        }
        classifier.parameters.values().forEach(one -> one.setRequiresGradient(false));
        return classifier;
    }

    /** Pictures of a step and what they show. */
    @SuppressWarnings("ArrayRecordComponent") // filled once, copied into tensors, dropped
    private record Lesson(float[] values, long[] labels) {
        static Lesson of(long seed, long step) {
            var source = new PictureSource();
            var random = new SplittableRandom(Seeds.mix(Seeds.mix(seed, step), -2));
            var values = new float[BATCH * SIZE];
            var labels = new long[BATCH];
            for (int row = 0; row < BATCH; row++) {
                var picture = source.training(seed, step, row);
                double noise = NOISE * random.nextDouble(); // samples are seldom quite clean
                labels[row] = picture.label();
                for (int i = 0; i < SIZE; i++) {
                    values[row * SIZE + i] =
                            picture.values()[i] + (float) (noise * random.nextGaussian());
                }
            }
            return new Lesson(values, labels);
        }
    }

    private void learn(long step, Lesson lesson, AdamW adam, double rate) {
        var list = new NDList(pictures(manager, lesson.values()), manager.create(lesson.labels()));
        parameters
                .values()
                .forEach(one -> {
                    one.setName("w[]");
                    list.add(one);
                });
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(script.callDifferentiable(list));
        }
        parameters.forEach((name, one) -> {
            adam.update(name, one, one.getGradient(), step, rate);
            JniUtils.zeroGrad((PtNDArray) one); // libtorch adds to what is there
        });
    }

    private static NDArray pictures(NDManager scope, float... values) {
        return Tensors.floats(
                scope,
                values,
                values.length / SIZE,
                PictureSource.CHANNELS,
                PictureSource.SIDE,
                PictureSource.SIDE);
    }

    /** What a picture was taken for, and its features. */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Seen(int label, float[] features) {}

    /** Looks at a picture, [channels, side, side]. */
    Seen look(float... picture) {
        try (var scope = manager.newSubManager()) {
            var weights = new NDList(new ArrayList<>(parameters.values()));
            var features = script.call(scope, "features", pictures(scope, picture), weights);
            float[] logits = script.call(scope, "logits", features, weights).toFloatArray();
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            return new Seen(best, features.toFloatArray());
        }
    }

    /** The distribution of what it sees in pictures. */
    static FeatureDistribution distribution(List<Seen> seen) {
        return FeatureDistribution.of(seen.stream().map(Seen::features).toList());
    }

    @Override
    public void close() {
        manager.close();
    }
}
