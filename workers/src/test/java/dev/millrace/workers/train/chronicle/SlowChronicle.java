package dev.millrace.workers.train.chronicle;

import ai.djl.ndarray.NDArray;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The model's forward pass for one row, one number after the other: the script's slow twin. */
final class SlowChronicle {
    private final ChronicleShape shape;
    private final Map<String, float[]> weights = new HashMap<>();

    SlowChronicle(ChronicleModel model) {
        this.shape = model.shape();
        model.parameters()
                .forEach((name, array) -> weights.put(name.replace(".weight", ""), floats(array)));
    }

    private static float[] floats(NDArray array) {
        return array.toFloatArray();
    }

    private float[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /** Logits after each token, [length][vocabulary]. */
    double[][] logits(long[] ids, long[] positions) {
        var embedding = weight("model.embed_tokens");
        var x = new double[ids.length][shape.hidden()];
        for (var i = 0; i < ids.length; i++) {
            for (var j = 0; j < shape.hidden(); j++) {
                x[i][j] = embedding[(int) ids[i] * shape.hidden() + j];
            }
        }
        for (var layer = 0; layer < shape.layers().size(); layer++) {
            var name = "model.layers." + layer + ".";
            add(x, attention(x, positions, shape.layers().get(layer), name));
            add(x, gated(x, name));
        }
        return linear(normed(x, "model.norm"), "model.embed_tokens");
    }

    private double[][] attention(
            double[][] x, long[] positions, ChronicleShape.Layer layer, String name) {
        var h = normed(x, name + "input_layernorm");
        var q = linear(h, name + "self_attn.q_proj");
        var k = linear(h, name + "self_attn.k_proj");
        var v = linear(h, name + "self_attn.v_proj");
        if (layer.isRotated()) {
            rotate(q, positions);
            rotate(k, positions);
        }
        if (!layer.isLocal()) {
            scale(q, weight(name + "self_attn.log_scale"));
        }
        var a = new double[x.length][shape.heads() * shape.headDim()];
        for (var i = 0; i < x.length; i++) {
            for (var head = 0; head < shape.heads(); head++) {
                var first = layer.isLocal() ? Math.max(0, i - shape.window() + 1) : 0;
                attend(a, q, k, v, new Query(i, head, first));
            }
        }
        return linear(a, name + "self_attn.o_proj");
    }

    private record Query(int at, int head, int first) {}

    private void attend(double[][] a, double[][] q, double[][] k, double[][] v, Query query) {
        var size = shape.headDim();
        var from = query.head() * size;
        var shared = query.head() / (shape.heads() / shape.kvHeads()) * size;
        var weights = new double[query.at() + 1];
        var total = 0.0;
        for (var j = query.first(); j <= query.at(); j++) {
            var dot = 0.0;
            for (var d = 0; d < size; d++) {
                dot += q[query.at()][from + d] * k[j][shared + d];
            }
            weights[j] = Math.exp(dot / Math.sqrt(size));
            total += weights[j];
        }
        for (var j = query.first(); j <= query.at(); j++) {
            for (var d = 0; d < size; d++) {
                a[query.at()][from + d] += weights[j] / total * v[j][shared + d];
            }
        }
    }

    private void rotate(double[][] x, long[] positions) {
        var half = shape.rotary() / 2;
        for (var i = 0; i < x.length; i++) {
            for (var head = 0; head < x[i].length; head += shape.headDim()) {
                for (var d = 0; d < half; d++) {
                    var angle = positions[i] * Math.pow(shape.theta(), -(double) d / half);
                    var a = x[i][head + d];
                    var b = x[i][head + half + d];
                    x[i][head + d] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[i][head + half + d] = b * Math.cos(angle) + a * Math.sin(angle);
                }
            }
        }
    }

    private void scale(double[][] q, float[] scales) {
        for (var i = 0; i < q.length; i++) {
            var log = Math.max(0, Math.log((i + 1) / 64.0));
            for (var j = 0; j < q[i].length; j++) {
                q[i][j] *= 1 + scales[j / shape.headDim()] * log;
            }
        }
    }

    private double[][] gated(double[][] x, String name) {
        var h = normed(x, name + "post_attention_layernorm");
        var gate = linear(h, name + "mlp.gate_proj");
        var up = linear(h, name + "mlp.up_proj");
        for (var i = 0; i < x.length; i++) {
            for (var j = 0; j < shape.ffn(); j++) {
                up[i][j] *= gate[i][j] / (1 + Math.exp(-gate[i][j]));
            }
        }
        return linear(up, name + "mlp.down_proj");
    }

    private double[][] normed(double[][] x, String name) {
        var gain = weight(name);
        var y = new double[x.length][];
        for (var i = 0; i < x.length; i++) {
            var squares = 0.0;
            for (var value : x[i]) {
                squares += value * value;
            }
            var size = Math.sqrt(squares / x[i].length + ChronicleShape.EPSILON);
            y[i] = new double[x[i].length];
            for (var j = 0; j < x[i].length; j++) {
                y[i][j] = x[i][j] / size * gain[j];
            }
        }
        return y;
    }

    private double[][] linear(double[][] x, String name) {
        var matrix = weight(name);
        var columns = x[0].length;
        var y = new double[x.length][matrix.length / columns];
        for (var i = 0; i < x.length; i++) {
            for (var j = 0; j < y[i].length; j++) {
                for (var c = 0; c < columns; c++) {
                    y[i][j] += matrix[j * columns + c] * x[i][c];
                }
            }
        }
        return y;
    }

    private static void add(double[][] x, double[][] more) {
        for (var i = 0; i < x.length; i++) {
            for (var j = 0; j < x[i].length; j++) {
                x[i][j] += more[i][j];
            }
        }
    }
}
