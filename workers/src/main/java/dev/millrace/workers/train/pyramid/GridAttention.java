package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.energy.Meter;

/** How a block's tokens look at each other. */
interface GridAttention {
    /**
     * What a block adds, [n, tokens, width].
     *
     * @param meter hears of what attention costs, projections excluded: {@code layers} count these
     * @param prefix of the names of its weights
     */
    NDArray of(Layers layers, Meter meter, NDArray x, String prefix, int heads);

    /** [n, tokens, width] to [n, heads, tokens, headWidth]. */
    static NDArray split(NDArray x, int heads) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                .transpose(0, 2, 1, 3);
    }

    /** And back. */
    static NDArray join(NDArray x) {
        var shape = x.getShape();
        return x.transpose(0, 2, 1, 3)
                .reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
    }
}
