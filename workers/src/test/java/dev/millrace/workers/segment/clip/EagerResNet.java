package dev.millrace.workers.segment.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.RandomWeights;

/** CLIP's residual network one operation after another. */
final class EagerResNet {
    private final ResNetConfig config;
    private final Eager eager;

    EagerResNet(ResNetConfig config, NDManager scope, RandomWeights weights) {
        this.config = config;
        this.eager = new Eager(scope, weights);
    }

    NDArray stages(NDArray pixels, int stages) {
        var x = Eager.relu(unit(pixels, "visual.conv1", "visual.bn1", 2, 1));
        x = Eager.relu(unit(x, "visual.conv2", "visual.bn2", 1, 1));
        x = Eager.relu(unit(x, "visual.conv3", "visual.bn3", 1, 1));
        x = shrink(x, config.hasStemPool() ? 2 : 1);
        for (int stage = 1; stage <= stages; stage++) {
            for (int block = 0; block < config.layers().get(stage - 1); block++) {
                var name = "visual.layer" + stage + "." + block + ".";
                x = block(x, name, block == 0 ? config.strides().get(stage - 1) : 1, block == 0);
            }
        }
        return x;
    }

    private NDArray block(NDArray x, String name, int stride, boolean isFirst) {
        var y = Eager.relu(unit(x, name + "conv1", name + "bn1", 1, 0));
        y = shrink(Eager.relu(unit(y, name + "conv2", name + "bn2", 1, 1)), stride);
        y = unit(y, name + "conv3", name + "bn3", 1, 0);
        var shortcut =
                isFirst
                        ? unit(
                                shrink(x, stride),
                                name + "downsample.0",
                                name + "downsample.1",
                                1,
                                0)
                        : x;
        return Eager.relu(y.add(shortcut));
    }

    private NDArray unit(NDArray x, String kernel, String norm, int stride, int padding) {
        var y = eager.convolve(x, kernel + ".weight", stride, padding);
        var deviation = channel(norm + ".running_var").add(config.epsilon()).sqrt();
        return y.sub(channel(norm + ".running_mean"))
                .div(deviation)
                .mul(channel(norm + ".weight"))
                .add(channel(norm + ".bias"));
    }

    private NDArray channel(String name) {
        return eager.weight(name).reshape(1, -1, 1, 1);
    }

    private static NDArray shrink(NDArray x, int stride) {
        var size = new Shape(stride, stride);
        return stride == 1 ? x : Pool.avgPool2d(x, size, size, new Shape(0, 0), false, true);
    }

    NDArray embedImages(NDArray pixels) {
        var x = stages(pixels, 4);
        int rows = Math.toIntExact(x.getShape().get(2));
        int columns = Math.toIntExact(x.getShape().get(3));
        var cells = x.reshape(x.getShape().get(0), x.getShape().get(1), -1).transpose(0, 2, 1);
        var tokens = cells.mean(new int[] {1}, true).concat(cells, 1);
        var table = eager.weight("visual.attnpool.positional_embedding");
        tokens = tokens.add(eager.positions(table, rows, columns));
        int heads = config.head().heads();
        var q = Eager.split(eager.linear(tokens.get(":, 0:1"), "visual.attnpool.q_proj"), heads);
        var k = Eager.split(eager.linear(tokens, "visual.attnpool.k_proj"), heads);
        var v = Eager.split(eager.linear(tokens, "visual.attnpool.v_proj"), heads);
        var seen = Eager.join(Eager.attend(q, k, v, eager.nothing()));
        return eager.linear(seen, "visual.attnpool.c_proj").get(":, 0");
    }
}
