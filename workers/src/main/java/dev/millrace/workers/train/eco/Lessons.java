package dev.millrace.workers.train.eco;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.millrace.workers.tensor.Gradients;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.AdamW;
import dev.millrace.workers.train.LearningRate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Function;
import java.util.function.Supplier;

/** Teaches hashes and gates, with no gradient to the decoder's own weights. */
final class Lessons {
    private static final Logger LOG = LoggerFactory.getLogger(Lessons.class);
    private static final double VECTOR_RATE = 2e-2;
    private static final double GATE_RATE = 5e-2;
    private static final int WARMUP = 10;
    private static final int LOG_EVERY = 20;

    private final NDManager manager;
    private final OpenDecoder decoder;
    private final TailParameters parameters;
    private final DenseAttending dense;
    private final TailedAttending tailed;

    /**
     * @param likeness what tokens in tails weigh meanwhile
     */
    Lessons(
            NDManager manager,
            OpenDecoder decoder,
            EcoSettings settings,
            TailParameters parameters,
            Likeness likeness) {
        this.manager = manager;
        this.decoder = decoder;
        this.parameters = parameters;
        this.dense = new DenseAttending(decoder.config());
        this.tailed = new TailedAttending(dense, settings, parameters, likeness);
    }

    /** Each layer learns to mix values as the decoder's own attention does. */
    void layers(long steps, Supplier<int[]> texts) {
        learn("layers", steps, texts, this::layerLoss);
    }

    /** All layers together learn the decoder's own probabilities of next tokens. */
    void whole(long steps, Supplier<int[]> texts) {
        learn("whole", steps, texts, this::wholeLoss);
    }

    /** The mean over layers of the squares of differences, beside those of the values expected. */
    NDArray layerLoss(int... tokens) {
        var recording = new Recording(dense);
        decoder.logits(recording, tokens);
        var sum =
                parameters.layers().keySet().stream()
                        .map(layer -> layerLoss(layer, recording))
                        .reduce(NDArray::add)
                        .orElseThrow();
        return Gradients.times(sum, 1.0 / parameters.layers().size());
    }

    private NDArray layerLoss(int layer, Recording recording) {
        var seen = recording.layer(layer);
        var mixed = tailed.attend(layer, seen.text());
        return mixed.sub(seen.mixed()).square().mean().div(seen.mixed().square().mean());
    }

    /** The divergence of the probabilities from the decoder's own, the mean over tokens. */
    NDArray wholeLoss(int... tokens) {
        var own = decoder.logits(dense, tokens).logSoftmax(1).stopGradient();
        var other = decoder.logits(tailed, tokens).logSoftmax(1);
        return own.exp().mul(own.sub(other)).sum(new int[] {1}).mean();
    }

    private void learn(
            String what, long steps, Supplier<int[]> texts, Function<int[], NDArray> loss) {
        if (steps == 0) {
            return;
        }
        var learned = parameters.learned();
        var adam = new AdamW(learned, manager, 0);
        var rate = new LearningRate(1, Math.min(WARMUP, steps / 2), steps, 0.7);
        learned.values().forEach(one -> one.setRequiresGradient(true));
        for (long step = 0; step < steps; step++) {
            double before = step(adam, step, rate.at(step), texts.get(), loss);
            if (step % LOG_EVERY == 0 || step == steps - 1) {
                LOG.atInfo()
                        .addKeyValue("what", what)
                        .addKeyValue("step", step)
                        .addKeyValue("loss", "%.5f".formatted(before))
                        .log("learned");
            }
        }
        learned.values().forEach(one -> one.setRequiresGradient(false));
    }

    private double step(
            AdamW adam, long step, double rate, int[] text, Function<int[], NDArray> losses) {
        try (var _ = new NDScope()) {
            double value;
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss = losses.apply(text);
                collector.backward(loss);
                value = loss.getFloat();
            }
            if (!Double.isFinite(value)) {
                throw new ArithmeticException("the loss must be finite, was " + value);
            }
            parameters
                    .learned()
                    .forEach((name, one) -> {
                        double own = name.endsWith("gate") ? GATE_RATE : VECTOR_RATE;
                        adam.update(name, one, one.getGradient(), step, own * rate);
                        JniUtils.zeroGrad((PtNDArray) one); // libtorch adds to what is there
                    });
            return value;
        }
    }
}
