package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.eco.HashLearning;
import dev.millrace.workers.eco.KernelHash;
import dev.millrace.workers.energy.Meter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Turns a classifier's softmax attention into the published block, as published: the projection of
 * queries becomes the shared one, that of keys is thrown away, and each block learns its hash once,
 * from the first pictures that it sees.
 */
final class Conversion {
    /** Pairs of tokens are compared; of more, every so manyth is taken. */
    private static final int MOST_TOKENS = 784;

    private final Pyramid pyramid;
    private final HashLearning learning;
    private final int bits;
    private final int anchors;
    private final SplittableRandom random;

    Conversion(Pyramid pyramid, HashLearning learning, int bits, int anchors, long seed) {
        this.pyramid = pyramid;
        this.learning = learning;
        this.bits = bits;
        this.anchors = anchors;
        this.random = new SplittableRandom(seed);
    }

    /** The converted weights, copies in {@code manager}. */
    Map<String, NDArray> of(
            NDManager manager, Map<String, NDArray> softmax, NDArray pictures, EcoGrid kind) {
        var weights = new LinkedHashMap<String, NDArray>();
        softmax.forEach((name, weight) -> add(manager, weights, name, weight));
        try (var _ = new NDScope()) {
            Pyramid.Watcher watcher =
                    (layers, heads, prefix, x) -> {
                        if (weights.containsKey(prefix + "attn.to_qk.weight")) {
                            learn(
                                    manager,
                                    weights,
                                    prefix,
                                    EcoGrid.units(layers, x, prefix, heads));
                        }
                    };
            pyramid.logits(weights, pictures, kind, Meter.NONE, Meter.NONE, Optional.of(watcher));
        }
        return weights;
    }

    private void add(NDManager manager, Map<String, NDArray> weights, String name, NDArray weight) {
        int stage = name.startsWith("block") ? name.charAt(5) - '1' : -1;
        if (name.contains(".attn.qkv.") && pyramid.shape().isReplaced(stage)) {
            long width = weight.getShape().get(0) / 3;
            weights.put(name.replace("qkv", "to_qk"), part(manager, weight, 0, width));
            weights.put(name.replace("qkv", "to_v"), part(manager, weight, 2, width));
        } else {
            weights.put(name, manager.create(weight.toFloatArray(), weight.getShape()));
        }
    }

    private static NDArray part(NDManager manager, NDArray all, int index, long width) {
        try (var part = all.get(new NDIndex("{}:{}", index * width, (index + 1) * width))) {
            return manager.create(part.toFloatArray(), part.getShape());
        }
    }

    private void learn(
            NDManager manager, Map<String, NDArray> weights, String prefix, NDArray units) {
        long tokens = units.getShape().get(2);
        long step = (tokens + MOST_TOKENS - 1) / MOST_TOKENS;
        var some = units.get(new NDIndex(":, :, ::{}, :", step));
        var start = start(units.getShape().get(1), units);
        var hash = learning.learn(some, chosen(some.getShape().get(2)), start, _ -> {});
        put(manager, weights, prefix + "attn.fast_attention.ksh.", hash);
    }

    /** Different tokens that become anchors. */
    private long[] chosen(long tokens) {
        if (tokens < anchors) {
            throw new IllegalArgumentException(
                    "a stage must have at least %d tokens for as many anchors, has %d"
                            .formatted(anchors, tokens));
        }
        return random.longs(0, tokens).distinct().limit(anchors).toArray();
    }

    private static void put(
            NDManager manager, Map<String, NDArray> weights, String prefix, KernelHash hash) {
        weights.put(prefix + "A", copy(manager, hash.vectors()));
        weights.put(prefix + "mvec", copy(manager, hash.mean()));
        weights.put(prefix + "anchor", copy(manager, hash.anchors()));
    }

    private static NDArray copy(NDManager manager, NDArray array) {
        var copy = manager.create(array.toFloatArray(), array.getShape());
        NDScope.unregister(copy);
        return copy;
    }

    private NDArray start(long heads, NDArray like) {
        var values = new float[Math.toIntExact(heads * bits * anchors)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return like.getManager().create(values, new Shape(heads, bits, anchors));
    }
}
