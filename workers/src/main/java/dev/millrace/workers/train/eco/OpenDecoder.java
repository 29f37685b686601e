package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.Positions;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.DecoderTensors.Linear;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.model.Sight;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A decoder whose attention is somebody else's, one operation after another in f32, through which
 * gradients flow. It computes a text whole, without a cache.
 */
final class OpenDecoder {
    private final NDManager manager;
    private final DecoderConfig config;
    private final DecoderTensors names;
    private final Map<String, NDArray> weights = new HashMap<>();

    /** Weights live in {@code manager}; the folder may be closed then. */
    OpenDecoder(NDManager manager, ModelDirectory model) {
        this.manager = manager;
        this.config = model.config();
        this.names = model.tensors();
        for (var tensor : names.all()) {
            // not as kernels load them: libtorch refuses to differentiate through those
            float[] values = model.weights().floats(tensor.name());
            weights.put(tensor.name(), Tensors.floats(manager, values, tensor.shapeArray()));
        }
    }

    DecoderConfig config() {
        return config;
    }

    /** The logits of all tokens, [tokens, vocabulary]. */
    NDArray logits(Attending attending, int... tokens) {
        var turns = Positions.from(manager, config, 0, tokens.length);
        var index = new NDIndex("{}", manager.create(tokens));
        var stream = weight(names.embedding()).get(manager, index); // [tokens, hidden]
        for (int layer = 0; layer < config.layers(); layer++) {
            var some = names.layers().get(layer);
            stream =
                    stream.add(
                            attention(layer, norm(stream, some.attentionNorm()), turns, attending));
            stream = stream.add(mlp(some, norm(stream, some.mlpNorm())));
        }
        return norm(stream, names.finalNorm()).matMul(weight(names.head()).transpose());
    }

    private NDArray attention(int index, NDArray x, Positions turns, Attending attending) {
        var layer = names.layers().get(index);
        var sight = config.sights().get(index);
        var query = headNorm(heads(linear(x, layer.query()), config.heads()), layer.queryNorm());
        var key = headNorm(heads(linear(x, layer.key()), config.kvHeads()), layer.keyNorm());
        var placedQuery = sight.isRotated() ? rotate(query, turns) : query;
        var placedKey = sight.isRotated() ? rotate(key, turns) : key;
        if (layer.logScale().isPresent()) {
            placedQuery = placedQuery.mul(logScales(sight, weight(layer.logScale().get()), query));
        }
        var value = heads(linear(x, layer.value()), config.kvHeads());
        var text =
                new Projections(
                        byHead(query),
                        byHead(key),
                        byHead(value),
                        byHead(placedQuery),
                        byHead(placedKey));
        var mixed = attending.attend(index, text);
        var joined = mixed.transpose(1, 0, 2).reshape(new Shape(-1, config.queryWidth()));
        return linear(joined, layer.output());
    }

    /** Each head's factor at each position, [tokens, heads, 1]. */
    private NDArray logScales(Sight sight, NDArray learned, NDArray query) {
        var logs = new float[(int) query.getShape().get(0)];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = sight.logScale(i);
        }
        return Tensors.floats(manager, logs, logs.length, 1, 1)
                .mul(learned.reshape(1, config.heads(), 1))
                .add(1);
    }

    private NDArray mlp(DecoderTensors.Layer layer, NDArray x) {
        var gate = linear(x, layer.gate());
        return linear(gate.mul(Activation.sigmoid(gate)).mul(linear(x, layer.up())), layer.down());
    }

    /** x / sqrt(mean(x^2) + epsilon) * weight, over the last axis. */
    private NDArray norm(NDArray x, DecoderTensors.Tensor weight) {
        var meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add(config.epsilon()).sqrt()).mul(weight(weight));
    }

    private NDArray headNorm(NDArray x, Optional<DecoderTensors.Tensor> weight) {
        return weight.map(tensor -> norm(x, tensor)).orElse(x);
    }

    /** Turns each pair (i, i + headDim/2) of x [tokens, heads, headDim]. */
    private NDArray rotate(NDArray x, Positions turns) {
        int half = config.headDim() / 2;
        var left = x.get(new NDIndex(":, :, :{}", half));
        var right = x.get(new NDIndex(":, :, {}:", half));
        var turnedLeft = left.mul(turns.cosines()).sub(right.mul(turns.sines()));
        var turnedRight = right.mul(turns.cosines()).add(left.mul(turns.sines()));
        return turnedLeft.concat(turnedRight, 2);
    }

    private NDArray heads(NDArray x, int heads) {
        return x.reshape(x.getShape().get(0), heads, config.headDim());
    }

    /** [tokens, heads, headDim] as [heads, tokens, headDim]. */
    private static NDArray byHead(NDArray x) {
        return x.transpose(1, 0, 2);
    }

    private NDArray linear(NDArray x, Linear linear) {
        var product = x.matMul(weight(linear.weight()).transpose());
        return linear.bias().map(bias -> product.add(weight(bias))).orElse(product);
    }

    private NDArray weight(DecoderTensors.Tensor tensor) {
        return Objects.requireNonNull(weights.get(tensor.name()), tensor.name());
    }
}
