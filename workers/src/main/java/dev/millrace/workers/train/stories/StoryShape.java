package dev.millrace.workers.train.stories;

import java.util.LinkedHashMap;
import java.util.Map;

/** The dimensions of the story model, a decoder in Llama's format with tied embeddings. */
record StoryShape(
        int vocabulary, int hidden, int layers, int heads, int kvHeads, int ffn, int context) {
    static final double THETA = 10_000;
    static final double EPSILON = 1e-5;

    /** The model that ships. */
    static StoryShape shipped(int vocabulary) {
        return new StoryShape(vocabulary, 192, 4, 6, 6, 512, 2048);
    }

    int headDim() {
        return hidden / heads;
    }

    /** Shape of each weight by its Hugging Face name; matrices are [out, in]. */
    Map<String, long[]> weights() {
        Map<String, long[]> weights = new LinkedHashMap<>();
        weights.put("model.embed_tokens.weight", new long[] {vocabulary, hidden});
        for (var layer = 0; layer < layers; layer++) {
            addLayer(weights, "model.layers." + layer + ".");
        }
        weights.put("model.norm.weight", new long[] {hidden});
        return weights;
    }

    private void addLayer(Map<String, long[]> weights, String layer) {
        weights.put(layer + "input_layernorm.weight", new long[] {hidden});
        weights.put(
                layer + "self_attn.q_proj.weight", new long[] {(long) heads * headDim(), hidden});
        weights.put(
                layer + "self_attn.k_proj.weight", new long[] {(long) kvHeads * headDim(), hidden});
        weights.put(
                layer + "self_attn.v_proj.weight", new long[] {(long) kvHeads * headDim(), hidden});
        weights.put(
                layer + "self_attn.o_proj.weight", new long[] {hidden, (long) heads * headDim()});
        weights.put(layer + "post_attention_layernorm.weight", new long[] {hidden});
        weights.put(layer + "mlp.gate_proj.weight", new long[] {ffn, hidden});
        weights.put(layer + "mlp.up_proj.weight", new long[] {ffn, hidden});
        weights.put(layer + "mlp.down_proj.weight", new long[] {hidden, ffn});
    }
}
