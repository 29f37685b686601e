package dev.millrace.bench.weights;

import dev.millrace.bench.weights.LlamaTensor.Kind;

import java.util.ArrayList;
import java.util.List;

/** The tensors that a Llama decoder has under its two sets of names. */
final class LlamaTensors {
    private LlamaTensors() {}

    static List<LlamaTensor> of(Shape shape) {
        var all = new ArrayList<LlamaTensor>();
        all.add(
                new LlamaTensor(
                        "model.embed_tokens.weight",
                        "token_embd.weight",
                        Kind.EMBEDDING,
                        shape.vocabulary(),
                        shape.hidden(),
                        0));
        for (int layer = 0; layer < shape.layers(); layer++) {
            addLayer(all, shape, "model.layers." + layer + ".", "blk." + layer + ".");
        }
        all.add(norm("model.norm.weight", "output_norm.weight", shape.hidden()));
        return all;
    }

    private static void addLayer(
            List<LlamaTensor> all, Shape shape, String prefix, String ggufPrefix) {
        int hidden = shape.hidden();
        int kv = shape.kvWidth();
        int middle = shape.feedForward();
        var attention = prefix + "self_attn.";
        var mlp = prefix + "mlp.";
        all.add(norm(prefix + "input_layernorm.weight", ggufPrefix + "attn_norm.weight", hidden));
        all.add(rotated(attention + "q_proj", ggufPrefix + "attn_q", hidden, shape, shape.heads()));
        all.add(rotated(attention + "k_proj", ggufPrefix + "attn_k", kv, shape, shape.kvHeads()));
        all.add(matrix(attention + "v_proj", ggufPrefix + "attn_v", kv, hidden));
        all.add(matrix(attention + "o_proj", ggufPrefix + "attn_output", hidden, hidden));
        all.add(
                norm(
                        prefix + "post_attention_layernorm.weight",
                        ggufPrefix + "ffn_norm.weight",
                        hidden));
        all.add(matrix(mlp + "gate_proj", ggufPrefix + "ffn_gate", middle, hidden));
        all.add(matrix(mlp + "up_proj", ggufPrefix + "ffn_up", middle, hidden));
        all.add(matrix(mlp + "down_proj", ggufPrefix + "ffn_down", hidden, middle));
    }

    private static LlamaTensor norm(String name, String ggufName, int width) {
        return new LlamaTensor(name, ggufName, Kind.NORM, 1, width, 0);
    }

    private static LlamaTensor matrix(String name, String ggufName, int rows, int columns) {
        return new LlamaTensor(
                name + ".weight", ggufName + ".weight", Kind.MATRIX, rows, columns, 0);
    }

    private static LlamaTensor rotated(
            String name, String ggufName, int rows, Shape shape, int heads) {
        return new LlamaTensor(
                name + ".weight", ggufName + ".weight", Kind.MATRIX, rows, shape.hidden(), heads);
    }
}
