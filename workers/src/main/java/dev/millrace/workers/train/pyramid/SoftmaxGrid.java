package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.tensor.Gradients;

/**
 * softmax(q k' / sqrt(width)) v; keys and values of every token, or of means of squares of them.
 *
 * @param pooled tokens along the side of such a square; 1: every token
 */
record SoftmaxGrid(int pooled) implements GridAttention {
    static final SoftmaxGrid FULL = new SoftmaxGrid(1);

    @Override
    public NDArray of(Layers layers, Meter meter, NDArray x, String prefix, int heads) {
        long width = x.getShape().get(2);
        var all = layers.linear(x, prefix + "attn.qkv");
        var q = GridAttention.split(part(all, 0, width), heads);
        var k = GridAttention.split(means(part(all, 1, width)), heads);
        var v = GridAttention.split(means(part(all, 2, width)), heads);
        var scores =
                Gradients.times(
                        q.matMul(k.transpose(0, 1, 3, 2)), 1 / Math.sqrt((double) width / heads));
        tell(meter, scores, width / heads);
        var mixed = scores.softmax(-1).matMul(v);
        return layers.linear(GridAttention.join(mixed), prefix + "attn.proj");
    }

    private static void tell(Meter meter, NDArray scores, long headWidth) {
        meter.products(2 * scores.size() * headWidth);
        meter.count(Operation.F32_MULTIPLY, scores.size());
        meter.count(Operation.F32_ADD, 3 * scores.size());
        meter.count(Operation.EXPONENTIAL, scores.size());
        meter.count(Operation.DIVIDE, scores.size());
    }

    private static NDArray part(NDArray all, int index, long width) {
        return all.get(new NDIndex(":, :, {}:{}", index * width, (index + 1) * width));
    }

    /** Of squares of tokens, [n, tokens, width]. */
    private NDArray means(NDArray x) {
        if (pooled == 1) {
            return x;
        }
        var shape = x.getShape();
        long side = Math.round(Math.sqrt((double) shape.get(1)));
        long squares = side / pooled;
        if (squares * pooled != side) {
            return x; // a grid that is too small for it
        }
        return x.reshape(shape.get(0), squares, pooled, squares, pooled, shape.get(2))
                .mean(new int[] {4})
                .mean(new int[] {2})
                .reshape(shape.get(0), squares * squares, shape.get(2));
    }
}
