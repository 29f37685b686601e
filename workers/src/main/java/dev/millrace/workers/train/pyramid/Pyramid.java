package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.energy.Meter;

import java.util.Map;
import java.util.Optional;

/** The classifier's formula: pictures to logits. */
final class Pyramid {
    private final PyramidShape shape;

    Pyramid(PyramidShape shape) {
        this.shape = shape;
    }

    PyramidShape shape() {
        return shape;
    }

    /** Sees each block's input after its first norm, before it attends. */
    @FunctionalInterface
    interface Watcher {
        void sees(Layers layers, int heads, String prefix, NDArray x);
    }

    /**
     * The logits.
     *
     * @param pictures [n, 3, side, side]
     * @param replaced of the stages whose attention is replaced; the last one's is softmax
     * @param attention hears what attention costs, projections excluded
     * @param rest hears of all else
     */
    NDArray logits(
            Map<String, NDArray> weights,
            NDArray pictures,
            GridAttention replaced,
            Meter attention,
            Meter rest,
            Optional<Watcher> watcher) {
        var layers = new Layers(weights, rest);
        var x = pictures;
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            var kind = shape.isReplaced(stage) ? replaced : SoftmaxGrid.FULL;
            x = stage(new Pass(layers, attention, kind, watcher), stage, x);
        }
        var all = x.reshape(x.getShape().get(0), x.getShape().get(1), -1);
        return layers.linear(all.mean(new int[] {2}), "head");
    }

    private record Pass(
            Layers layers, Meter attention, GridAttention kind, Optional<Watcher> watcher) {}

    /** [n, channels, rows, columns] to the same of the stage. */
    private NDArray stage(Pass pass, int stage, NDArray picture) {
        var some = shape.stages().get(stage);
        var layers = pass.layers();
        var patches = "patch_embed" + (stage + 1);
        var cut = layers.convolve(picture, patches + ".proj", shape.stride(stage), 1);
        var grid = cut.getShape();
        var x = layers.norm(tokens(cut), patches + ".norm");
        for (int block = 0; block < some.depth(); block++) {
            var prefix = PyramidShape.block(stage, block);
            var normed = layers.norm(x, prefix + "norm1");
            pass.watcher().ifPresent(one -> one.sees(layers, some.heads(), prefix, normed));
            x = x.add(pass.kind().of(layers, pass.attention(), normed, prefix, some.heads()));
            x = x.add(mlp(layers, layers.norm(x, prefix + "norm2"), prefix, grid.get(2)));
        }
        return picture(layers.norm(x, "norm" + (stage + 1)), grid.get(2));
    }

    private static NDArray mlp(Layers layers, NDArray x, String prefix, long side) {
        var middle = layers.linear(x, prefix + "mlp.fc1");
        int channels = (int) middle.getShape().get(2);
        var mixed =
                layers.convolve(picture(middle, side), prefix + "mlp.dwconv.dwconv", 1, channels);
        return layers.linear(layers.gelu(tokens(mixed)), prefix + "mlp.fc2");
    }

    private static NDArray tokens(NDArray picture) {
        var shape = picture.getShape();
        return picture.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3))
                .transpose(0, 2, 1);
    }

    private static NDArray picture(NDArray tokens, long side) {
        var shape = tokens.getShape();
        return tokens.transpose(0, 2, 1).reshape(shape.get(0), shape.get(2), side, side);
    }
}
