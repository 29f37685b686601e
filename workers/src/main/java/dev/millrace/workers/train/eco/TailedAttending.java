package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.eco.KernelHash;
import dev.millrace.workers.text.kv.eco.EcoSettings;

/**
 * What the serving kernels compute with tails, token against token: weights exp(score) for what is
 * seen exactly, e^gate likeness(h_i, h_j) for the others. Gradients pass the signs of codes where
 * their arguments lie between -1 and 1.
 */
record TailedAttending(
        DenseAttending dense, EcoSettings settings, TailParameters parameters, Likeness likeness)
        implements Attending {
    @Override
    public NDArray attend(int layer, NDArray query, NDArray key, NDArray value) {
        if (!parameters.has(layer)) {
            return dense.attend(layer, query, key, value);
        }
        var some = parameters.layer(layer);
        var scope = query.getManager();
        int tokens = (int) query.getShape().get(1);
        long heads = query.getShape().get(0);
        var scores = dense.scores(query, key, Masks.exact(scope, settings, tokens));
        var gate = some.gate().reshape(heads, 1, 1);
        var top = scores.max(new int[] {2}, true).maximum(gate).stopGradient();
        var exact = scores.sub(top).exp();
        var tail =
                likenesses(some, query, key)
                        .mul(Masks.tail(scope, settings, tokens))
                        .mul(gate.sub(top).exp());
        var weights = exact.add(tail); // [heads, tokens, tokens]
        var sums = weights.sum(new int[] {2}, true);
        return weights.matMul(dense.perQueryHead(value)).div(sums);
    }

    /** [heads, tokens, tokens]. */
    private NDArray likenesses(TailParameters.Layer layer, NDArray query, NDArray key) {
        long kvHeads = key.getShape().get(0);
        long tokens = key.getShape().get(1);
        long width = key.getShape().get(2);
        var grouped = query.reshape(kvHeads, query.getShape().get(0) / kvHeads * tokens, width);
        return likeness.of(codes(layer, grouped), codes(layer, key))
                .reshape(query.getShape().get(0), tokens, tokens);
    }

    /** Of the tokens of each kv head, [kvHeads, tokens, headDim]. */
    private static NDArray codes(TailParameters.Layer layer, NDArray x) {
        long kvHeads = x.getShape().get(0);
        var distances = KernelHash.distances(KernelHash.unit(x), layer.anchors());
        var kernel = distances.div(layer.sigma().reshape(kvHeads, 1, 1).mul(-2)).exp();
        var centred = kernel.sub(layer.mean().reshape(kvHeads, 1, -1));
        return KernelHash.codes(centred.matMul(layer.vectors().transpose(0, 2, 1)));
    }
}
