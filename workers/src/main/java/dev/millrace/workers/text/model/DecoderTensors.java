package dev.millrace.workers.text.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tensors a decoder needs, by the names they have in its files. */
public record DecoderTensors(Tensor embedding, List<Layer> layers, Tensor finalNorm, Tensor head) {
    public DecoderTensors {
        layers = List.copyOf(layers);
    }

    /** A name and the shape that must be found under it. */
    public record Tensor(String name, List<Long> shape) {
        public Tensor {
            shape = List.copyOf(shape);
        }

        public static Tensor of(String name, long... shape) {
            return new Tensor(name, java.util.Arrays.stream(shape).boxed().toList());
        }

        public long[] shapeArray() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** A linear map; its weight is [out, in]. */
    public record Linear(Tensor weight, Optional<Tensor> bias) {}

    /** One layer's tensors. */
    public record Layer(
            Tensor attentionNorm,
            Linear query,
            Linear key,
            Linear value,
            Linear output,
            Optional<Tensor> queryNorm,
            Optional<Tensor> keyNorm,
            Optional<Tensor> logScale,
            Tensor mlpNorm,
            Linear gate,
            Linear up,
            Linear down) {

        Stream<Tensor> all() {
            return Stream.of(
                            Stream.of(attentionNorm, mlpNorm),
                            Stream.of(query, key, value, output, gate, up, down)
                                    .flatMap(linear ->
                                            Stream.concat(
                                                    Stream.of(linear.weight()),
                                                    linear.bias().stream())),
                            queryNorm.stream(),
                            keyNorm.stream(),
                            logScale.stream())
                    .flatMap(tensors -> tensors);
        }
    }

    /** All of them, each once. */
    public List<Tensor> all() {
        return Stream.of(Stream.of(embedding, finalNorm, head), layers.stream().flatMap(Layer::all))
                .flatMap(tensors -> tensors)
                .distinct()
                .toList();
    }

    /** The names that Llama's files have, and all that came after it. */
    public static DecoderTensors named(DecoderConfig config) {
        var embedding =
                Tensor.of("model.embed_tokens.weight", config.vocabulary(), config.hidden());
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(layer("model.layers." + i + ".", config, config.sights().get(i)));
        }
        var head = Tensor.of("lm_head.weight", config.vocabulary(), config.hidden());
        return new DecoderTensors(
                embedding,
                layers,
                Tensor.of("model.norm.weight", config.hidden()),
                config.tied() ? embedding : head);
    }

    private static Layer layer(String prefix, DecoderConfig config, Sight sight) {
        int hidden = config.hidden();
        int ff = config.feedForward();
        var extras = config.extras();
        var attention = prefix + "self_attn.";
        return new Layer(
                Tensor.of(prefix + "input_layernorm.weight", hidden),
                linear(attention + "q_proj", extras.qkvBias(), config.queryWidth(), hidden),
                linear(attention + "k_proj", extras.qkvBias(), config.kvWidth(), hidden),
                linear(attention + "v_proj", extras.qkvBias(), config.kvWidth(), hidden),
                linear(attention + "o_proj", extras.outputBias(), hidden, config.queryWidth()),
                norm(attention + "q_norm.weight", config),
                norm(attention + "k_norm.weight", config),
                sight.isLogScaled()
                        ? Optional.of(Tensor.of(attention + "log_scale.weight", config.heads()))
                        : Optional.empty(),
                Tensor.of(prefix + "post_attention_layernorm.weight", hidden),
                linear(prefix + "mlp.gate_proj", false, ff, hidden),
                linear(prefix + "mlp.up_proj", false, ff, hidden),
                linear(prefix + "mlp.down_proj", false, hidden, ff));
    }

    private static Linear linear(String name, boolean bias, int out, int in) {
        return new Linear(
                Tensor.of(name + ".weight", out, in),
                bias ? Optional.of(Tensor.of(name + ".bias", out)) : Optional.empty());
    }

    private static Optional<Tensor> norm(String name, DecoderConfig config) {
        return config.extras().qkNorm()
                ? Optional.of(Tensor.of(name, config.headDim()))
                : Optional.empty();
    }
}
