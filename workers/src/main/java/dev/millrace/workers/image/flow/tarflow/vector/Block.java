package dev.millrace.workers.image.flow.tarflow.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * A block's weights.
 *
 * @param positions [tokens, width], in the block's order of tokens
 * @param classes [max(1, classes), width]
 */
@SuppressWarnings("ArrayRecordComponent") // weights, never compared
record Block(float[] positions, float[] classes, Panels in, List<Layer> layers, Panels out) {
    Block {
        layers = List.copyOf(layers);
    }

    /**
     * @param weights in the official order, positions in the block's
     */
    static Block of(Dimensions dimensions, List<float[]> weights, float... classes) {
        var next = weights.iterator();
        float[] positions = next.next();
        var in = Panels.of(next.next(), next.next());
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(Layer.next(next));
        }
        return new Block(positions, classes, in, layers, Panels.of(next.next(), next.next()));
    }
}
