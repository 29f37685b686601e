package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.text.kv.eco.EcoSettings;

/**
 * Where gates begin: there, codes that agree in half their bits weigh as much as the exponentials of
 * scores do in the mean of what has left the window.
 */
record FirstGates(DenseAttending dense, EcoSettings settings, int bits) {
    private static final double LARGEST = 30; // its exponentials can be added up in f32

    /** Of each query head, [heads]. */
    NDArray of(int layer, Recording.Seen seen) {
        var scope = seen.query().getManager();
        int tokens = (int) seen.query().getShape().get(1);
        var sight = dense.config().sights().get(layer);
        var tail = Masks.tail(scope, settings, tokens);
        var scores = dense.scores(seen.query(), seen.key(), Masks.sight(scope, sight, tokens));
        int[] texts = {1, 2};
        var mean = scores.minimum(LARGEST).exp().mul(tail).sum(texts).div(tail.sum());
        return mean.log().sub(Math.log(bits + 1.0));
    }
}
