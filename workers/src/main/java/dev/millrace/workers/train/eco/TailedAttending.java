package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

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
    public NDArray attend(int layer, Projections text) {
        if (!parameters.has(layer)) {
            return dense.attend(layer, text);
        }
        var some = parameters.layer(layer);
        var scope = text.query().getManager();
        int tokens = text.tokens();
        long heads = text.query().getShape().get(0);
        var scores = dense.scores(text, Masks.exact(scope, settings, tokens));
        var gate = some.gate().reshape(heads, 1, 1);
        var top = scores.max(new int[] {2}, true).maximum(gate).stopGradient();
        var exact = scores.sub(top).exp();
        var tail =
                likenesses(some.codes(), text)
                        .mul(Masks.tail(scope, settings, tokens))
                        .mul(gate.sub(top).exp());
        var weights = exact.add(tail); // [heads, tokens, tokens]
        var sums = weights.sum(new int[] {2}, true);
        return weights.matMul(dense.perQueryHead(text.value())).div(sums);
    }

    /** [heads, tokens, tokens]. */
    private NDArray likenesses(CodeParameters codes, Projections text) {
        long kvHeads = text.key().getShape().get(0);
        long heads = text.query().getShape().get(0);
        var keys = codes.ofKeys(text.key());
        var queries = codes.ofQueries(text.query());
        var grouped = queries.reshape(kvHeads, heads / kvHeads * text.tokens(), -1);
        return likeness.of(grouped, keys).reshape(heads, text.tokens(), text.tokens());
    }
}
