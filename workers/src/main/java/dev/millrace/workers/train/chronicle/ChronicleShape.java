package dev.millrace.workers.train.chronicle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The dimensions of the chronicle model, a decoder in Llama's format with tied embeddings, and what
 * makes it last over long texts.
 *
 * @param context the longest text, and how many position ids there are
 * @param rotary how many of a head's dimensions are rotated, the first ones
 * @param window how many tokens a local layer sees, the token itself included
 */
record ChronicleShape(
        int vocabulary,
        int hidden,
        int heads,
        int kvHeads,
        int ffn,
        int context,
        int rotary,
        double theta,
        int window,
        List<Layer> layers) {
    static final double EPSILON = 1e-5;

    /** A text of so many tokens or fewer needs no log-n scale. */
    static final int SCALE_FROM = 64;

    /** A text of the longest length, with room for a question and its answer. */
    static final int CONTEXT = 131_072;

    /** How a layer finds its keys. */
    record Layer(boolean isRotated, boolean isLocal) {
        private static final String ROTATED = "rope";
        private static final String PLAIN = "none";

        /** Reads {@code rope}, {@code none}, {@code rope:512} or {@code none:512}. */
        static Layer of(String text) {
            var parts = text.split(":", 2);
            if (!parts[0].equals(ROTATED) && !parts[0].equals(PLAIN)) {
                throw new IllegalArgumentException(
                        "a layer must be rope or none, with a window or not, was " + text);
            }
            return new Layer(parts[0].equals(ROTATED), parts.length == 2);
        }
    }

    ChronicleShape {
        layers = List.copyOf(layers);
        if (rotary % 2 != 0 || rotary < 2 || rotary > hidden / heads) {
            throw new IllegalArgumentException(
                    "rotary must be even and 2.." + hidden / heads + ", was " + rotary);
        }
        if (heads % kvHeads != 0 || window < 1 || layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "kvHeads must divide heads, and there must be a window and layers");
        }
    }

    /**
     * The usual size with these layers.
     *
     * @param layers such as {@code rope:512,rope:512,none}; there is one window
     */
    static ChronicleShape of(int vocabulary, String layers, int rotary, double theta) {
        var windows =
                Stream.of(layers.split(","))
                        .filter(layer -> layer.contains(":"))
                        .map(layer -> layer.substring(layer.indexOf(':') + 1))
                        .distinct()
                        .toList();
        if (windows.size() > 1) {
            throw new IllegalArgumentException("windows must be the same, were " + windows);
        }
        return new ChronicleShape(
                vocabulary,
                128,
                4,
                4,
                344,
                CONTEXT,
                rotary,
                theta,
                windows.isEmpty() ? CONTEXT : Integer.parseInt(windows.getFirst()),
                Stream.of(layers.split(",")).map(Layer::of).toList());
    }

    int headDim() {
        return hidden / heads;
    }

    /** Whether a layer sees positions that lie further apart than any row it learns from. */
    boolean hasFarPositions() {
        return layers.stream().anyMatch(layer -> layer.isRotated() && !layer.isLocal());
    }

    /** Shape of each weight by its name; matrices are [out, in]. */
    Map<String, long[]> weights() {
        Map<String, long[]> weights = new LinkedHashMap<>();
        weights.put("model.embed_tokens.weight", new long[] {vocabulary, hidden});
        for (var layer = 0; layer < layers.size(); layer++) {
            addLayer(weights, "model.layers." + layer + ".", layers.get(layer));
        }
        weights.put("model.norm.weight", new long[] {hidden});
        return weights;
    }

    private void addLayer(Map<String, long[]> weights, String name, Layer layer) {
        var queries = (long) heads * headDim();
        var keys = (long) kvHeads * headDim();
        weights.put(name + "input_layernorm.weight", new long[] {hidden});
        weights.put(name + "self_attn.q_proj.weight", new long[] {queries, hidden});
        weights.put(name + "self_attn.k_proj.weight", new long[] {keys, hidden});
        weights.put(name + "self_attn.v_proj.weight", new long[] {keys, hidden});
        weights.put(name + "self_attn.o_proj.weight", new long[] {hidden, queries});
        if (!layer.isLocal()) {
            weights.put(name + "self_attn.log_scale.weight", new long[] {heads});
        }
        weights.put(name + "post_attention_layernorm.weight", new long[] {hidden});
        weights.put(name + "mlp.gate_proj.weight", new long[] {ffn, hidden});
        weights.put(name + "mlp.up_proj.weight", new long[] {ffn, hidden});
        weights.put(name + "mlp.down_proj.weight", new long[] {hidden, ffn});
    }
}
