package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** A hash's vectors while they are learned: those of one bit of all heads at a time. */
final class BitVectors {
    private final Shape shape; // [heads, bits, anchors]
    private final float[] values;
    private final int heads;
    private final int anchors;

    BitVectors(NDArray start) {
        this.shape = start.getShape();
        this.values = start.toFloatArray();
        this.heads = Math.toIntExact(shape.get(0));
        this.anchors = Math.toIntExact(shape.get(2));
    }

    int bits() {
        return Math.toIntExact(shape.get(1));
    }

    /** A bit's, [heads, anchors]. */
    float[] of(int bit) {
        var some = new float[heads * anchors];
        for (int head = 0; head < heads; head++) {
            System.arraycopy(values, at(head, bit), some, head * anchors, anchors);
        }
        return some;
    }

    void set(int bit, float... some) {
        for (int head = 0; head < heads; head++) {
            System.arraycopy(some, head * anchors, values, at(head, bit), anchors);
        }
    }

    private int at(int head, int bit) {
        return (head * bits() + bit) * anchors;
    }

    NDArray in(NDManager scope) {
        return scope.create(values, shape);
    }
}
