package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.Gradients;
import dev.millrace.workers.text.model.DecoderConfig;

/** softmax(q K' / sqrt(headDim)) V over what a layer sees: the decoder's own. */
record DenseAttending(DecoderConfig config) implements Attending {
    private static final float NEVER = -1e9f;

    @Override
    public NDArray attend(int layer, Projections text) {
        var scope = text.query().getManager();
        var seen = Masks.sight(scope, config.sights().get(layer), text.tokens());
        return scores(text, seen).softmax(-1).matMul(perQueryHead(text.value()));
    }

    /** Scaled products, and next to nothing where nothing is seen, [heads, tokens, tokens]. */
    NDArray scores(Projections text, NDArray seen) {
        var keys = perQueryHead(text.placedKey()).transpose(0, 2, 1);
        return Gradients.times(text.placedQuery().matMul(keys), Math.pow(config.headDim(), -0.5))
                .add(seen.sub(1).mul(-NEVER));
    }

    /** Each kv head repeated for the query heads that read it. */
    NDArray perQueryHead(NDArray x) {
        return x.repeat(0, config.heads() / config.kvHeads());
    }
}
