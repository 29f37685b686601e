package dev.millrace.bench.arms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;

import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder in DJL's own operations, as a user writes one: the batch goes through every operation
 * at once, and each step appends to the keys and values by {@code concat}.
 */
final class EagerArm implements Arm {
    private final NDManager manager;
    private final EagerWeights weights;
    private final Shape shape;
    private final int batch;
    private final List<NDArray> keys = new ArrayList<>(); // each [batch, kvHeads, length, headDim]
    private final List<NDArray> values = new ArrayList<>();
    private List<NDArray> filled = List.of(); // keys, then values, as rewinding finds them
    private int length;
    private int filledLength;
    private float[] logits = new float[0]; // [batch, vocabulary]

    private EagerArm(Job job) throws IOException {
        this.manager = Torch.newScope(Devices.cpu());
        this.shape = job.shape();
        this.batch = job.batch();
        this.weights = new EagerWeights(manager, job.files().folder(shape), names(shape));
    }

    static EagerArm open(Job job) throws Refusal, IOException {
        if (job.precision() != Precision.F32) {
            throw new Refusal("DJL has no bf16 arrays and no int8 arithmetic");
        }
        Torch.prepareThread();
        Torch.useThreads(1);
        return new EagerArm(job);
    }

    private static List<String> names(Shape shape) {
        var names = new ArrayList<String>();
        names.add("model.embed_tokens.weight");
        names.add("model.norm.weight");
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (var part : LAYER) {
                names.add(name(layer, part));
            }
        }
        return names;
    }

    private static final List<String> LAYER =
            List.of(
                    "input_layernorm",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "post_attention_layernorm",
                    "mlp.gate_proj",
                    "mlp.up_proj",
                    "mlp.down_proj");

    private static String name(int layer, String part) {
        return "model.layers." + layer + "." + part + ".weight";
    }

    @Override
    public String detail() {
        return "NDArray operations, kv F32, concat";
    }

    @Override
    public void step(int... tokens) {
        try (var scope = manager.newSubManager()) {
            var embedding = weights.array("model.embed_tokens.weight");
            var x = embedding.get(scope, new NDIndex("{}", scope.create(tokens)));
            for (int layer = 0; layer < shape.layers(); layer++) {
                x = x.add(attention(layer, norm(x, name(layer, "input_layernorm"))));
                x = x.add(mlp(layer, norm(x, name(layer, "post_attention_layernorm"))));
            }
            var last = norm(x, "model.norm.weight");
            logits = weights.linear(last, "model.embed_tokens.weight").toFloatArray();
        }
        length++;
    }

    private NDArray attention(int layer, NDArray x) {
        int headDim = shape.headDim();
        int group = shape.heads() / shape.kvHeads();
        var query =
                rotate(heads(weights.linear(x, name(layer, "self_attn.q_proj"))))
                        .reshape(batch, shape.kvHeads(), group, headDim);
        var key = rotate(heads(weights.linear(x, name(layer, "self_attn.k_proj"))));
        var value = heads(weights.linear(x, name(layer, "self_attn.v_proj")));
        var seenKeys = append(keys, layer, key);
        var seenValues = append(values, layer, value);
        var turned = seenKeys.transpose(0, 1, 3, 2);
        turned.attach(x.getManager()); // a view, which would keep every step's keys
        var scores = query.matMul(turned).mul(Math.pow(headDim, -0.5));
        var mixed = scores.softmax(-1).matMul(seenValues); // [batch, kvHeads, group, headDim]
        return weights.linear(
                mixed.reshape(batch, shape.hidden()), name(layer, "self_attn.o_proj"));
    }

    /** [batch, heads, 1, headDim]. */
    private NDArray heads(NDArray x) {
        return x.reshape(batch, -1, 1, shape.headDim());
    }

    private NDArray append(List<NDArray> cache, int layer, NDArray row) {
        if (cache.size() == layer) {
            row.attach(manager);
            cache.add(row);
            return row;
        }
        var before = cache.get(layer);
        var after = before.concat(row, 2);
        after.attach(manager);
        cache.set(layer, after);
        if (hasGrown()) {
            before.close();
        }
        return after;
    }

    /** Whether the cache is another than the filled one, which is kept. */
    private boolean hasGrown() {
        return length > filledLength;
    }

    /** Turns each pair (i, i + headDim/2) by the position times theta^(-2i/headDim). */
    private NDArray rotate(NDArray x) {
        int half = shape.headDim() / 2;
        var angles = new float[half];
        for (int i = 0; i < half; i++) {
            angles[i] = length * (float) Math.pow(Shape.ROPE_THETA, -1.0 * i / half);
        }
        var angle = x.getManager().create(angles);
        var left = x.get("..., :{}", half);
        var right = x.get("..., {}:", half);
        var cosine = angle.cos();
        var sine = angle.sin();
        return left.mul(cosine)
                .sub(right.mul(sine))
                .concat(right.mul(cosine).add(left.mul(sine)), -1);
    }

    private NDArray mlp(int layer, NDArray x) {
        var gate = weights.linear(x, name(layer, "mlp.gate_proj"));
        var up = weights.linear(x, name(layer, "mlp.up_proj"));
        return weights.linear(
                gate.mul(Activation.sigmoid(gate)).mul(up), name(layer, "mlp.down_proj"));
    }

    private NDArray norm(NDArray x, String weight) {
        var meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add(Shape.EPSILON).sqrt()).mul(weights.array(weight));
    }

    @Override
    public float[] logits(int sequence) {
        var row = new float[shape.vocabulary()];
        System.arraycopy(logits, sequence * row.length, row, 0, row.length);
        return row;
    }

    @Override
    public void fill(int context) {
        keys.replaceAll(array -> repeated(array, context));
        values.replaceAll(array -> repeated(array, context));
        var both = new ArrayList<>(keys);
        both.addAll(values);
        filled = List.copyOf(both);
        filledLength = context;
        length = context;
    }

    private NDArray repeated(NDArray array, int context) {
        try (var scope = manager.newSubManager();
                array) {
            int times = (context + length - 1) / length;
            array.attach(scope);
            var whole = array.tile(new long[] {1, 1, times, 1}).get(":, :, :{}", context);
            var result = whole.duplicate();
            result.attach(manager);
            return result;
        }
    }

    @Override
    public void rewind(int context) {
        if (context != filledLength) {
            throw new IllegalArgumentException(
                    "can go back to " + filledLength + " tokens only, was " + context);
        }
        if (hasGrown()) {
            keys.forEach(NDArray::close);
            values.forEach(NDArray::close);
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            keys.set(layer, filled.get(layer));
            values.set(layer, filled.get(shape.layers() + layer));
        }
        length = context;
    }

    @Override
    public void close() {
        manager.close();
    }
}
