package dev.millrace.workers.text.kernels.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.Activations;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.Positions;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.DecoderTensors.Linear;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.model.Sight;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A decoder as its papers write it: x += attention(norm(x)); x += mlp(norm(x)); logits =
 * head(norm(x)).
 *
 * <p>Every layer keeps every position; windows are masks. Every method's result lives in the scope
 * of the call, which the public methods open.
 */
public final class EagerKernels implements DecoderKernels {
    private final NDManager manager;
    private final Tensors tensors;
    private final DecoderConfig config;
    private final DecoderTensors names;
    private final Map<String, NDArray> weights = new HashMap<>();

    /** Copies the weights into f32; the folder may be closed then. */
    public EagerKernels(ModelDirectory model) {
        this.manager = Torch.newScope(Devices.cpu());
        this.tensors = new Tensors(manager);
        this.config = model.config();
        this.names = model.tensors();
        for (var tensor : names.all()) {
            weights.put(
                    tensor.name(),
                    tensors.load(manager, model.weights(), tensor.name(), ElementType.F32));
        }
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return new KvStore(manager, tensors, KvLayout.whole(config, ElementType.F32), limitBytes);
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        try (var scope = manager.newSubManager()) {
            var stream = run(scope, sequence, tokens).getLast();
            var last = stream.get(new NDIndex("{}:", tokens.length - 1)); // [1, hidden]
            logits.fill(
                    1, config.vocabulary(), Tensors.memory(head(norm(last, names.finalNorm()))));
        }
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        try (var scope = manager.newSubManager()) {
            var rows = new NDList();
            for (var step : batch) {
                var stream = run(scope, step.sequence(), step.token()).getLast();
                rows.add(head(norm(stream, names.finalNorm()))); // [1, vocabulary]
            }
            logits.fill(batch.size(), config.vocabulary(), Tensors.memory(NDArrays.concat(rows)));
        }
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        try (var scope = manager.newSubManager()) {
            var streams = run(scope, sequence, tokens);
            var normed = norm(streams.getLast(), names.finalNorm());
            return new Activations(
                    streams.getFirst().toFloatArray(),
                    streams.stream().skip(1).map(NDArray::toFloatArray).toList(),
                    normed.toFloatArray(),
                    head(normed).toFloatArray());
        }
    }

    /** The residual stream before the first layer and after each; all [tokens, hidden]. */
    private List<NDArray> run(NDManager scope, KvCache sequence, int... tokens) {
        int first = sequence.take(tokens.length);
        var turns = Positions.from(scope, config, first, tokens.length);
        var streams = new ArrayList<NDArray>();
        var stream = weight(names.embedding()).get(scope, new NDIndex("{}", scope.create(tokens)));
        streams.add(stream);
        for (int i = 0; i < config.layers(); i++) {
            var layer = names.layers().get(i);
            stream =
                    stream.add(
                            attention(
                                    i,
                                    norm(stream, layer.attentionNorm()),
                                    turns,
                                    sequence,
                                    first));
            stream = stream.add(mlp(layer, norm(stream, layer.mlpNorm())));
            streams.add(stream);
        }
        return streams;
    }

    /**
     * softmax(Q K^T / sqrt(headDim), over the positions up to one's own) V, per head, and the
     * output projection.
     */
    private NDArray attention(int index, NDArray x, Positions turns, KvCache sequence, int first) {
        var layer = names.layers().get(index);
        var sight = config.sights().get(index);
        int tokens = (int) x.getShape().get(0);
        var query = headNorm(heads(linear(x, layer.query()), config.heads()), layer.queryNorm());
        var key = headNorm(heads(linear(x, layer.key()), config.kvHeads()), layer.keyNorm());
        if (sight.isRotated()) {
            query = rotate(query, turns);
            key = rotate(key, turns);
        }
        if (layer.logScale().isPresent()) {
            query = query.mul(logScales(sight, weight(layer.logScale().get()), first, tokens));
        }
        var value = heads(linear(x, layer.value()), config.kvHeads());
        var written = new NDIndex(":, {}:{}", first, first + tokens);
        sequence.keys(index).set(written, key.transpose(1, 0, 2));
        sequence.values(index).set(written, value.transpose(1, 0, 2));

        var seen = new NDIndex(":, :{}", first + tokens);
        var keys =
                perQueryHead(
                        sequence.keys(index).get(x.getManager(), seen)); // [heads, seen, headDim]
        var values = perQueryHead(sequence.values(index).get(x.getManager(), seen));
        var scores =
                query.transpose(1, 0, 2)
                        .matMul(keys.transpose(0, 2, 1))
                        .mul(Math.pow(config.headDim(), -0.5));
        var weights =
                scores.add(mask(x.getManager(), sight, first, tokens))
                        .softmax(-1); // [heads, tokens, seen]
        var mixed = weights.matMul(values).transpose(1, 0, 2).reshape(tokens, config.queryWidth());
        return linear(mixed, layer.output());
    }

    /** Each head's factor at each position, [tokens, heads, 1]. */
    private NDArray logScales(Sight sight, NDArray learned, int first, int tokens) {
        var logs = new float[tokens];
        for (int i = 0; i < tokens; i++) {
            logs[i] = sight.logScale(first + i);
        }
        return Tensors.floats(learned.getManager(), logs, tokens, 1, 1)
                .mul(learned.reshape(1, config.heads(), 1))
                .add(1);
    }

    /** Zero where a token may look, -infinity where it may not. */
    private static NDArray mask(NDManager scope, Sight sight, int first, int tokens) {
        int seen = first + tokens;
        var mask = new float[tokens * seen];
        for (int i = 0; i < mask.length; i++) {
            int position = first + i / seen;
            boolean isSeen = i % seen <= position && i % seen >= sight.from(position);
            mask[i] = isSeen ? 0 : Float.NEGATIVE_INFINITY;
        }
        return Tensors.floats(scope, mask, tokens, seen);
    }

    /** down(silu(gate(x)) * up(x)). */
    private NDArray mlp(DecoderTensors.Layer layer, NDArray x) {
        var gate = linear(x, layer.gate());
        return linear(gate.mul(Activation.sigmoid(gate)).mul(linear(x, layer.up())), layer.down());
    }

    /** x / sqrt(mean(x^2) + epsilon) * weight, over the last axis. */
    private NDArray norm(NDArray x, DecoderTensors.Tensor weight) {
        var meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add(config.epsilon()).sqrt()).mul(weight(weight));
    }

    private NDArray headNorm(NDArray x, java.util.Optional<DecoderTensors.Tensor> weight) {
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

    /** Each kv head repeated for the query heads that read it. */
    private NDArray perQueryHead(NDArray x) {
        return x.repeat(0, config.heads() / config.kvHeads());
    }

    private NDArray head(NDArray x) {
        return x.matMul(weight(names.head()).transpose());
    }

    private NDArray linear(NDArray x, Linear linear) {
        var product = x.matMul(weight(linear.weight()).transpose());
        return linear.bias().map(bias -> product.add(weight(bias))).orElse(product);
    }

    private NDArray weight(DecoderTensors.Tensor tensor) {
        return java.util.Objects.requireNonNull(weights.get(tensor.name()));
    }

    @Override
    public void close() {
        manager.close();
    }
}
