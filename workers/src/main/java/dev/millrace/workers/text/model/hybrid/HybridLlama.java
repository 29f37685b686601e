package dev.millrace.workers.text.model.hybrid;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.Architecture;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderConfig.Extras;
import dev.millrace.workers.text.model.LlamaDialect;
import dev.millrace.workers.text.model.Sight;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Llama whose layers differ in what they see: {@code layer_types} says which see all and which only
 * the newest {@code sliding_window} positions, {@code no_rope_layers} which are turned (1) and
 * which are not (0), both as in Hugging Face's SmolLM3; those that see all may sharpen their
 * queries with the length ({@code attention_log_scale_from}).
 *
 * <p>Near layers find out what stands beside what; far ones, which know no positions, find it again
 * at any distance, also at one that no training text had.
 */
public final class HybridLlama implements Architecture {
    private static final String LAYER_TYPES = "layer_types";
    private static final String NO_ROPE_LAYERS = "no_rope_layers";

    @Override
    public String modelType() {
        return "hybrid_llama";
    }

    @Override
    public DecoderConfig configure(ConfigJson json) {
        boolean bias = json.flag("attention_bias", false);
        var extras = new Extras(bias, bias, false);
        return LlamaDialect.read(json, extras, LlamaDialect.sharedHeadDim(json), sights(json));
    }

    private static List<Sight> sights(ConfigJson json) {
        var types = json.texts(LAYER_TYPES);
        var turned = json.integers(NO_ROPE_LAYERS);
        int layers = json.positive("num_hidden_layers");
        if (types.size() != layers) {
            throw json.wrong(LAYER_TYPES, "must have " + layers + " entries");
        }
        if (turned.size() != layers) {
            throw json.wrong(NO_ROPE_LAYERS, "must have " + layers + " entries");
        }
        int logScaleFrom =
                json.has("attention_log_scale_from")
                        ? json.positive("attention_log_scale_from")
                        : 0;
        return IntStream.range(0, layers)
                .mapToObj(layer ->
                        sight(json, types.get(layer), turned.get(layer) != 0, logScaleFrom))
                .toList();
    }

    private static Sight sight(ConfigJson json, String type, boolean isRotated, int logScaleFrom) {
        return switch (type) {
            case "full_attention" -> new Sight(0, isRotated, logScaleFrom);
            case "sliding_attention" -> new Sight(json.positive("sliding_window"), isRotated, 0);
            default ->
                    throw json.wrong(
                            LAYER_TYPES,
                            "must each be \"full_attention\" or \"sliding_attention\"");
        };
    }
}
