package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.eco.HashLearning;
import dev.millrace.workers.eco.KernelHash;

import java.util.SplittableRandom;

/**
 * Makes one layer's hash of what its heads computed from a text: anchors are some of the keys,
 * sigma and the mean are those of its keys and queries, and the vectors may learn bit by bit, by
 * the published rule but with a rate that moves them.
 */
final class HeadCalibration {
    /** Pairs of tokens are compared, so a few hundred must do. */
    private static final int MOST_TOKENS = 384;

    private static final HashLearning GREEDY = new HashLearning(10, 100, 0.05, 0.9);
    private static final HashLearning NONE = new HashLearning(10, 0, 0.05, 0.9);

    private final NDManager manager;
    private final int bits;
    private final int anchors;
    private final boolean isGreedy;
    private final SplittableRandom random;

    /**
     * What it makes lives in {@code manager}.
     *
     * @param isGreedy whether vectors learn bit by bit; else they begin at random
     */
    HeadCalibration(NDManager manager, int bits, int anchors, boolean isGreedy, long seed) {
        this.manager = manager;
        this.bits = bits;
        this.anchors = anchors;
        this.isGreedy = isGreedy;
        this.random = new SplittableRandom(seed);
    }

    /**
     * The first parameters of a layer.
     *
     * @param gates where those of the query heads begin, [heads]
     */
    TailParameters.Layer of(Recording.Seen seen, NDArray gates) {
        long kvHeads = seen.key().getShape().get(0);
        var units = KernelHash.unit(some(seen)).reshape(tokens(seen, kvHeads));
        var hash = (isGreedy ? GREEDY : NONE).learn(units, chosen(units), start(kvHeads), _ -> {});
        var kernel = KernelHash.kernel(units, hash.anchors());
        return new TailParameters.Layer(
                kept(hash.anchors().squeeze(0)),
                kept(kernel.sigma().squeeze(0)),
                kept(hash.mean().reshape(kvHeads, anchors)),
                kept(hash.vectors()),
                kept(gates));
    }

    /**
     * Keys, and as many queries of the first query head of each group, [kvHeads, tokens, width].
     */
    private NDArray some(Recording.Seen seen) {
        long kvHeads = seen.key().getShape().get(0);
        long tokens = seen.key().getShape().get(1);
        long group = seen.query().getShape().get(0) / kvHeads;
        var each = new NDIndex(":, ::{}, :", Math.max(1, 2 * tokens / MOST_TOKENS));
        var queries = seen.query().reshape(kvHeads, group * tokens, -1);
        return seen.key().get(each).concat(queries.get(":, :" + tokens).get(each), 1);
    }

    private static Shape tokens(Recording.Seen seen, long kvHeads) {
        return new Shape(1, kvHeads, -1, seen.key().getShape().get(2));
    }

    /** Different ones of the first half, which are keys. */
    private long[] chosen(NDArray units) {
        long keys = units.getShape().get(2) / 2;
        if (keys < anchors) {
            throw new IllegalArgumentException(
                    "a text must have at least %d tokens for as many anchors, has %d"
                            .formatted(anchors, keys));
        }
        return random.longs(0, keys).distinct().limit(anchors).toArray();
    }

    private NDArray start(long kvHeads) {
        var values = new float[Math.toIntExact(kvHeads * bits * anchors)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(kvHeads, bits, anchors));
    }

    /** A copy in the manager. */
    private NDArray kept(NDArray array) {
        return manager.create(array.toFloatArray(), array.getShape());
    }
}
