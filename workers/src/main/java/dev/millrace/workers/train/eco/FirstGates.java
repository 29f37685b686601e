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
        var text = seen.text();
        var scope = text.query().getManager();
        int tokens = text.tokens();
        var sight = dense.config().sights().get(layer);
        var tail = Masks.tail(scope, settings, tokens);
        var scores = dense.scores(text, Masks.sight(scope, sight, tokens));
        var mean = scores.mul(tail).sum(new int[] {1, 2}).div(tail.sum());
        return mean.sub(weight);
    }
}
