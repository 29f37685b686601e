package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.text.kv.eco.EcoSettings;

/**
 * Where gates begin: there, a token in the tail of a usual weight counts as much as a score that is
 * the mean of what has left the window. The mean of their exponentials would be that of the few
 * which matter, and drown what is seen exactly.
 *
 * @param weight the usual one, as a logarithm
 */
record FirstGates(DenseAttending dense, EcoSettings settings, double weight) {
    /** Of each query head, [heads]. */
    NDArray of(int layer, Recording.Seen seen) {
        var scope = seen.query().getManager();
        int tokens = (int) seen.query().getShape().get(1);
        var sight = dense.config().sights().get(layer);
        var tail = Masks.tail(scope, settings, tokens);
        var scores = dense.scores(seen.query(), seen.key(), Masks.sight(scope, sight, tokens));
        var mean = scores.mul(tail).sum(new int[] {1, 2}).div(tail.sum());
        return mean.sub(weight);
    }
}
