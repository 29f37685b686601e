package dev.millrace.workers.text.model;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.DecoderConfig.Extras;

import java.util.Collections;
import java.util.List;

/** The keys that Llama's {@code config.json} introduced and its successors kept. */
public final class LlamaDialect {
    private LlamaDialect() {}

    /**
     * Reads them; {@code extras} is what the architecture adds, {@code headDim} its own default.
     */
    public static DecoderConfig read(ConfigJson json, Extras extras, int headDim) {
        if (json.flag("use_sliding_window", false)) {
            throw json.wrong(
                    "use_sliding_window",
                    "must be false: sliding-window attention is not supported");
        }
        if (json.texts("layer_types").stream().anyMatch(type -> !type.equals("full_attention"))) {
            throw json.wrong("layer_types", "must all be \"full_attention\"");
        }
        return read(
                json,
                extras,
                headDim,
                Collections.nCopies(json.positive("num_hidden_layers"), Sight.FULL));
    }

    /** The same, where layers differ in what they see. */
    public static DecoderConfig read(
            ConfigJson json, Extras extras, int headDim, List<Sight> sights) {
        refuseWhatIsNotComputed(json);
        int heads = json.positive("num_attention_heads");
        try {
            return new DecoderConfig(
                    json.positive("num_hidden_layers"),
                    json.positive("hidden_size"),
                    heads,
                    json.positive("num_key_value_heads", heads),
                    json.positive("head_dim", headDim),
                    json.positive("intermediate_size"),
                    json.positive("vocab_size"),
                    json.number("rms_norm_eps", 1e-6),
                    rope(json),
                    extras,
                    json.flag("tie_word_embeddings", false),
                    json.positive("max_position_embeddings", 2048),
                    sights);
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** The width of a head where {@code head_dim} is not given. */
    public static int sharedHeadDim(ConfigJson json) {
        int hidden = json.positive("hidden_size");
        int heads = json.positive("num_attention_heads");
        if (!json.has("head_dim") && hidden % heads != 0) {
            throw json.wrong("hidden_size", "must be a multiple of num_attention_heads " + heads);
        }
        return Math.max(1, hidden / heads);
    }

    private static void refuseWhatIsNotComputed(ConfigJson json) {
        if (!json.text("hidden_act", "silu").equals("silu")) {
            throw json.wrong("hidden_act", "must be \"silu\"");
        }
        if (json.flag("mlp_bias", false)) {
            throw json.wrong("mlp_bias", "must be false");
        }
        if (json.number("partial_rotary_factor", 1) != 1) {
            throw json.wrong("partial_rotary_factor", "must be 1");
        }
    }

    /** Newer files gather theta and scaling under {@code rope_parameters}. */
    private static Rope rope(ConfigJson json) {
        var gathered = json.object("rope_parameters");
        double theta =
                gathered.filter(rope -> rope.has("rope_theta"))
                        .orElse(json)
                        .number("rope_theta", 10_000);
        var scaling = gathered.or(() -> json.object("rope_scaling")).map(LlamaDialect::scaling);
        return new Rope(theta, scaling.orElseGet(Rope.Unscaled::new));
    }

    private static Rope.Scaling scaling(ConfigJson json) {
        return switch (json.text("rope_type", json.text("type", "default"))) {
            case "default" -> new Rope.Unscaled();
            case "llama3" ->
                    new Rope.Llama3(
                            json.number("factor"),
                            json.number("low_freq_factor"),
                            json.number("high_freq_factor"),
                            json.positive("original_max_position_embeddings"));
            default -> throw json.wrong("rope_type", "must be \"default\" or \"llama3\"");
        };
    }
}
