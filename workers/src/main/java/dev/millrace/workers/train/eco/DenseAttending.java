package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.Gradients;
import dev.millrace.workers.text.model.DecoderConfig;

/** softmax(q K' / sqrt(headDim)) V over what a layer sees: the decoder's own. */
record DenseAttending(DecoderConfig config) implements Attending {
    private static final float NEVER = -1e9f;

    @Override
    public NDArray attend(int layer, NDArray query, NDArray key, NDArray value) {
        int tokens = (int) query.getShape().get(1);
        var seen = Masks.sight(query.getManager(), config.sights().get(layer), tokens);
        return scores(query, key, seen).softmax(-1).matMul(perQueryHead(value));
    }

    /** Scaled products, and next to nothing where nothing is seen, [heads, tokens, tokens]. */
    NDArray scores(NDArray query, NDArray key, NDArray seen) {
        return Gradients.times(
                        query.matMul(perQueryHead(key).transpose(0, 2, 1)),
                        Math.pow(config.headDim(), -0.5))
                .add(seen.sub(1).mul(-NEVER));
    }

    /** Each kv head repeated for the query heads that read it. */
    NDArray perQueryHead(NDArray x) {
        return x.repeat(0, config.heads() / config.kvHeads());
    }
}
