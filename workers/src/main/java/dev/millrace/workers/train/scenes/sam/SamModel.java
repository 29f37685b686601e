package dev.millrace.workers.train.scenes.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.segment.sam.SamConfig.Decoder;
import dev.millrace.workers.segment.sam.SamConfig.Prompts;
import dev.millrace.workers.segment.sam.SamConfig.Vision;
import dev.millrace.workers.segment.sam.SamWeights;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** A SAM's weights and its loss, computed by one TorchScript text. */
final class SamModel {
    private static final double POSITION_DEVIATION = 0.02;

    private final SamConfig config;
    private final NDManager manager;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Script script;

    /**
     * Weights start at random values that depend on the seed only; they live in {@code manager}.
     *
     * @param sigma the standard deviation of the frequencies of positions, in turns along half the
     *     picture
     */
    SamModel(SamConfig config, ElementType inner, NDManager manager, long seed, double sigma) {
        this.config = config;
        this.manager = manager;
        var device = new Devices.Choice(manager.getDevice());
        this.script = Script.compile(manager, SamLoss.script(config, inner, device));
        var random = new SplittableRandom(seed);
        for (var weight : SamWeights.of(config).all()) {
            var values = initial(weight.name(), weight.shapeArray(), sigma, random);
            weights.put(weight.name(), manager.create(values, new Shape(weight.shapeArray())));
        }
    }

    private SamModel(SamModel other, Map<String, NDArray> parameters) {
        this.config = other.config;
        this.manager = other.manager;
        this.script = other.script;
        other.weights.forEach((name, weight) ->
                weights.put(name, Objects.requireNonNull(parameters.getOrDefault(name, weight))));
    }

    /** The model that ships. */
    static SamConfig shipped() {
        return new SamConfig(
                new Vision(96, 64, 192, 4, 4, 3, 96, 8, 6, List.of(1, 3), 1e-6),
                new Prompts(16, 1e-6),
                new Decoder(128, 2, 4, 2, 3, 3, 64, 1e-6));
    }

    /** The same model with other parameters under the same names. */
    SamModel with(Map<String, NDArray> parameters) {
        return new SamModel(this, parameters);
    }

    /** As PyTorch does it for each kind of layer; tokens and labels are normal. */
    private static float[] initial(
            String name, long[] shape, double sigma, SplittableRandom random) {
        var values = new float[Math.toIntExact(new Shape(shape).size())];
        if (name.equals(SamWeights.POSITIONS)) {
            return normal(values, sigma, random);
        }
        if (name.contains("norm") && name.endsWith(".weight")) {
            Arrays.fill(values, 1);
            return values;
        }
        if (name.endsWith(".pos_embed")) {
            return normal(values, POSITION_DEVIATION, random);
        }
        if (isTable(name, shape)) {
            return normal(values, 1, random);
        }
        if (shape.length > 1 && !name.contains(".rel_pos_")) {
            double inputs = (double) values.length / shape[0];
            double bound = 1 / Math.sqrt(name.contains(".upscale_") ? shape[0] : inputs);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
        }
        return values;
    }

    /** Tokens of the decoder's own, and what labels and the want of a mask mean. */
    private static boolean isTable(String name, long... shape) {
        return shape.length == 2
                && (name.contains("_embed.")
                        || name.endsWith(".iou_token.weight")
                        || name.endsWith(".mask_tokens.weight"));
    }

    private static float[] normal(float[] values, double deviation, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    SamConfig config() {
        return config;
    }

    /** All weights by Hugging Face's names: the live arrays. */
    Map<String, NDArray> weights() {
        return weights;
    }

    /** Those of them that are learned. */
    Map<String, NDArray> parameters() {
        var learned = new LinkedHashMap<>(weights);
        learned.remove(SamWeights.POSITIONS);
        return learned;
    }

    /** What {@link SamLoss}'s {@code learn} says of a batch, in the scope of the caller. */
    NDList learn(SamBatch batch) {
        int rows = batch.rows();
        return script.callDifferentiable(
                "learn",
                pixels(batch),
                places(batch),
                labels(batch),
                manager.create(batch.answers(), new Shape(rows, config.decoder().masks())),
                targets(batch),
                manager.create(batch.corrections(), new Shape(batch.corrections().length)),
                list());
    }

    /** What {@code judge} says of it, without gradients. */
    NDList judge(SamBatch batch) {
        return script.callForList(
                manager,
                "judge",
                pixels(batch),
                places(batch),
                labels(batch),
                targets(batch),
                list());
    }

    private NDList list() {
        return new NDList(List.copyOf(weights.values()));
    }

    private NDArray pixels(SamBatch batch) {
        int side = config.vision().side();
        return manager.create(batch.pixels(), new Shape(batch.pictures(), 3, side, side));
    }

    private NDArray places(SamBatch batch) {
        return manager.create(batch.places(), new Shape(batch.rows(), batch.tokens(), 2));
    }

    private NDArray labels(SamBatch batch) {
        return manager.create(batch.labels(), new Shape(batch.rows(), batch.tokens()));
    }

    private NDArray targets(SamBatch batch) {
        int side = config.vision().side();
        return manager.create(batch.targets(), new Shape(batch.rows(), 1, side, side));
    }
}
