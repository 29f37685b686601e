package dev.millrace.workers.train.pyramid;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.LearningRate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Teaches a classifier, and counts what it gets right. */
final class PyramidLessons {
    private static final Logger LOG = LoggerFactory.getLogger(PyramidLessons.class);
    private static final double DECAY = 0.05;
    private static final double SMOOTHING = 0.1;
    private static final double DEVIATION = 0.02;
    private static final int WARMUP = 20;
    private static final int LOG_EVERY = 100;

    private final NDManager manager;
    private final Pyramid pyramid;
    private final GridPictures pictures;

    PyramidLessons(NDManager manager, Pyramid pyramid, GridPictures pictures) {
        this.manager = manager;
        this.pyramid = pyramid;
        this.pictures = pictures;
    }

    /** Random weights to begin with, in the manager. */
    static Map<String, NDArray> first(NDManager manager, PyramidShape shape, long seed) {
        var random = new SplittableRandom(seed);
        var weights = new LinkedHashMap<String, NDArray>();
        shape.weights()
                .forEach((name, extents) ->
                        weights.put(name, first(manager, name, new Shape(extents), random)));
        return weights;
    }

    private static NDArray first(
            NDManager manager, String name, Shape shape, SplittableRandom random) {
        if (name.endsWith("bias")) {
            return manager.zeros(shape);
        }
        if (shape.dimension() == 1) {
            return manager.ones(shape);
        }
        double deviation =
                shape.dimension() == 4
                        ? Math.sqrt(2.0 / (shape.size() / (double) shape.get(0)))
                        : DEVIATION;
        var values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return manager.create(values, shape);
    }

    /**
     * Learns for some steps; hashes stay as they are.
     *
     * @param batch pictures of a step
     * @return the loss of the last step
     */
    double learn(
            Map<String, NDArray> weights,
            GridAttention kind,
            long steps,
            int batch,
            double peak,
            long seed) {
        var learned = new LinkedHashMap<>(weights);
        learned.keySet().removeIf(name -> name.contains(".ksh."));
        var adam = new AdamW(learned, manager, DECAY);
        var rate = new LearningRate(peak, Math.min(WARMUP, steps / 4), steps, 0.8);
        learned.values().forEach(one -> one.setRequiresGradient(true));
        double last = 0;
        for (long step = 0; step < steps; step++) {
            var lesson = pictures.lesson(pyramid.shape().side(), seed, step, batch);
            try (var _ = new NDScope()) {
                last = differentiate(weights, kind, lesson);
                long now = step;
                if (step % LOG_EVERY == 0 || step == steps - 1) {
                    LOG.atInfo()
                            .addKeyValue("attention", kind)
                            .addKeyValue("side", pyramid.shape().side())
                            .addKeyValue("step", step)
                            .addKeyValue("loss", "%.4f".formatted(last))
                            .log("learned");
                }
                learned.forEach((name, one) -> {
                    adam.update(name, one, one.getGradient(), now, rate.at(now));
                    JniUtils.zeroGrad((PtNDArray) one); // libtorch adds to what is there
                });
            }
        }
        learned.values().forEach(one -> one.setRequiresGradient(false));
        return last;
    }

    private double differentiate(
            Map<String, NDArray> weights, GridAttention kind, GridPictures.Lesson lesson) {
        try (var collector = Engine.getInstance().newGradientCollector()) {
            var logs = logits(weights, kind, lesson).logSoftmax(1);
            var loss = logs.mul(targets(lesson)).sum(new int[] {1}).mean().neg();
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    private NDArray logits(
            Map<String, NDArray> weights, GridAttention kind, GridPictures.Lesson lesson) {
        int side = pyramid.shape().side();
        var values =
                Tensors.floats(manager, lesson.values(), lesson.labels().length, 3, side, side);
        return pyramid.logits(weights, values, kind, Meter.NONE, Meter.NONE, Optional.empty());
    }

    /** Smoothed, [pictures, classes]. */
    private NDArray targets(GridPictures.Lesson lesson) {
        int classes = pyramid.shape().classes();
        var targets = new float[lesson.labels().length * classes];
        Arrays.fill(targets, (float) (SMOOTHING / classes));
        for (int row = 0; row < lesson.labels().length; row++) {
            targets[row * classes + lesson.labels()[row]] += (float) (1 - SMOOTHING);
        }
        return Tensors.floats(manager, targets, lesson.labels().length, classes);
    }

    /** Percent of so many held-out pictures. */
    double accuracy(Map<String, NDArray> weights, GridAttention kind, int count, int batch) {
        int right = 0;
        for (int from = 0; from < count; from += batch) {
            int some = Math.min(batch, count - from);
            var lesson = pictures.heldOut(pyramid.shape().side(), from, some);
            try (var _ = new NDScope()) {
                long[] best = logits(weights, kind, lesson).argMax(1).toLongArray();
                for (int row = 0; row < some; row++) {
                    right += best[row] == lesson.labels()[row] ? 1 : 0;
                }
            }
        }
        return 100.0 * right / count;
    }
}
