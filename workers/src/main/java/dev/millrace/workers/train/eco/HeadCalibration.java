package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.eco.HashLearning;
import dev.millrace.workers.eco.KernelHash;

import java.util.SplittableRandom;

/**
 * Makes one layer's first hash of what its heads computed from a text. With anchors: these are some
 * of the keys, sigma and the mean are those of its keys and queries, and the vectors may learn bit
 * by bit, by the published rule but with a rate that moves them. Without: planes at random, the
 * same for keys and for their queries.
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
     * @param anchors of each head; 0: planes
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
        var codes = anchors == 0 ? planes(seen.text()) : anchored(seen.text());
        return new TailParameters.Layer(codes, kept(gates));
    }

    private PlaneParameters planes(Projections text) {
        long kvHeads = text.key().getShape().get(0);
        long heads = text.query().getShape().get(0);
        var keys = start(kvHeads, Math.toIntExact(text.key().getShape().get(2)));
        return new PlaneParameters(keys, kept(keys.repeat(0, heads / kvHeads)));
    }

    private AnchorParameters anchored(Projections text) {
        long kvHeads = text.key().getShape().get(0);
        var units = KernelHash.unit(some(text)).reshape(tokens(text));
        var start = start(kvHeads, anchors);
        var hash = (isGreedy ? GREEDY : NONE).learn(units, chosen(units), start, _ -> {});
        var kernel = KernelHash.kernel(units, hash.anchors());
        return new AnchorParameters(
                kept(hash.anchors().squeeze(0)),
                kept(kernel.sigma().squeeze(0)),
                kept(hash.mean().reshape(kvHeads, anchors)),
                kept(hash.vectors()));
    }

    /**
     * Keys, and as many queries of the first query head of each group, [kvHeads, tokens, width].
     */
    private static NDArray some(Projections text) {
        long kvHeads = text.key().getShape().get(0);
        long tokens = text.tokens();
        long group = text.query().getShape().get(0) / kvHeads;
        var each = new NDIndex(":, ::{}, :", Math.max(1, 2 * tokens / MOST_TOKENS));
        var queries = text.query().reshape(kvHeads, group * tokens, -1);
        return text.key().get(each).concat(queries.get(":, :" + tokens).get(each), 1);
    }

    private static Shape tokens(Projections text) {
        var shape = text.key().getShape();
        return new Shape(1, shape.get(0), -1, shape.get(2));
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

    private NDArray start(long kvHeads, int width) {
        var values = new float[Math.toIntExact(kvHeads * bits * width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(kvHeads, bits, width));
    }

    /** A copy in the manager. */
    private NDArray kept(NDArray array) {
        return manager.create(array.toFloatArray(), array.getShape());
    }
}
