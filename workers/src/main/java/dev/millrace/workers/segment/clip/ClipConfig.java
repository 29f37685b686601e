package dev.millrace.workers.segment.clip;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.WeightTable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a CLIP is, as Hugging Face's {@code CLIPModel} writes it into {@code config.json}; what is
 * missing there has that library's default.
 *
 * @param projection width of the space that pictures and texts meet in
 * @param logitScale where the learned scale begins, before the exponential
 */
public record ClipConfig(int projection, double logitScale, Text text, Vision vision) {
    public static final String FILE = "config.json";
    static final String MODEL_TYPE = "clip";

    /** The dimensions of a stack of layers. */
    public record Tower(
            int width, int hidden, int layers, int heads, Activation activation, double epsilon) {
        public Tower {
            if (width < 1 || hidden < 1 || layers < 1 || heads < 1 || width % heads != 0) {
                throw new IllegalArgumentException(
                        "hidden_size must be a multiple of num_attention_heads, were %d and %d"
                                .formatted(width, heads));
            }
        }
    }

    /** What stands between the two products of a layer's second half. */
    public enum Activation {
        /** {@code x * sigmoid(1.702 x)}. */
        QUICK_GELU("quick_gelu"),
        GELU("gelu");

        private final String word;

        Activation(String word) {
            this.word = word;
        }

        static Activation read(ConfigJson json) {
            var word = json.text("hidden_act", QUICK_GELU.word);
            for (var activation : values()) {
                if (activation.word.equals(word)) {
                    return activation;
                }
            }
            throw json.wrong("hidden_act", "must be quick_gelu or gelu");
        }
    }

    /**
     * The text side.
     *
     * @param context most tokens of a text
     * @param begin id of the token that begins a text
     * @param end id of the token that ends a text, and whose output stands for it
     */
    public record Text(Tower tower, int vocabulary, int context, int begin, int end) {
        /** What old configs say instead of the end's id: then the end is the largest id. */
        static final int LEGACY_END = 2;

        public Text {
            if (vocabulary < 1 || context < 1) {
                throw new IllegalArgumentException(
                        "vocab_size and max_position_embeddings must be positive, were %d and %d"
                                .formatted(vocabulary, context));
            }
        }
    }

    /** The picture side: a square picture of {@code side} pixels in patches. */
    public record Vision(Tower tower, int channels, int side, int patch) {
        public Vision {
            if (channels < 1 || patch < 1 || side < 1 || side % patch != 0) {
                throw new IllegalArgumentException(
                        "image_size must be a multiple of patch_size, were %d and %d"
                                .formatted(side, patch));
            }
        }

        /** Patches along a side, for which there are positions. */
        public int grid() {
            return side / patch;
        }
    }

    public ClipConfig {
        if (projection < 1) {
            throw new IllegalArgumentException(
                    "projection_dim must be positive, was " + projection);
        }
    }

    /** Reads a folder's {@code config.json}. */
    public static ClipConfig read(Path folder) {
        var json = ConfigJson.read(folder.resolve(FILE));
        if (!json.text("model_type", MODEL_TYPE).equals(MODEL_TYPE)) {
            throw json.wrong("model_type", "must be " + MODEL_TYPE);
        }
        try {
            return new ClipConfig(
                    json.positive("projection_dim", 512),
                    json.number("logit_scale_init_value", 2.6592),
                    text(part(json, "text_config")),
                    vision(part(json, "vision_config")));
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static ConfigJson part(ConfigJson json, String key) {
        return json.object(key).orElseThrow(() -> json.wrong(key, "must be an object"));
    }

    private static Text text(ConfigJson json) {
        int vocabulary = json.positive("vocab_size", 49408);
        return new Text(
                tower(json, 512, 2048, 8),
                vocabulary,
                json.positive("max_position_embeddings", 77),
                json.count("bos_token_id", 49406),
                json.count("eos_token_id", 49407));
    }

    private static Vision vision(ConfigJson json) {
        return new Vision(
                tower(json, 768, 3072, 12),
                json.positive("num_channels", 3),
                json.positive("image_size", 224),
                json.positive("patch_size", 32));
    }

    private static Tower tower(ConfigJson json, int width, int hidden, int heads) {
        return new Tower(
                json.positive("hidden_size", width),
                json.positive("intermediate_size", hidden),
                json.positive("num_hidden_layers", 12),
                json.positive("num_attention_heads", heads),
                Activation.read(json),
                json.number("layer_norm_eps", 1e-5));
    }

    /** What {@link #read} reads, and Hugging Face's library too. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", new String[] {"CLIPModel"});
        json.put("model_type", MODEL_TYPE);
        json.put("projection_dim", projection);
        json.put("logit_scale_init_value", logitScale);
        var words = json(text.tower());
        words.put("vocab_size", text.vocabulary());
        words.put("max_position_embeddings", text.context());
        words.put("bos_token_id", text.begin());
        words.put("eos_token_id", text.end());
        json.put("text_config", words);
        var pixels = json(vision.tower());
        pixels.put("num_channels", vision.channels());
        pixels.put("image_size", vision.side());
        pixels.put("patch_size", vision.patch());
        json.put("vision_config", pixels);
        return json;
    }

    private static Map<String, Object> json(Tower tower) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden_size", tower.width());
        json.put("intermediate_size", tower.hidden());
        json.put("num_hidden_layers", tower.layers());
        json.put("num_attention_heads", tower.heads());
        json.put("hidden_act", tower.activation().word);
        json.put("layer_norm_eps", tower.epsilon());
        return json;
    }

    /** All weights by Hugging Face's names, in the order that {@link ClipScript} takes them. */
    public WeightTable weights() {
        var table = new WeightTable();
        table.plain("logit_scale");
        int words = text.tower().width();
        table.plain("text_model.embeddings.token_embedding.weight", text.vocabulary(), words);
        table.plain("text_model.embeddings.position_embedding.weight", text.context(), words);
        layers(table, "text_model", text.tower());
        table.norm("text_model.final_layer_norm", words);
        int pixels = vision.tower().width();
        table.plain("vision_model.embeddings.class_embedding", pixels);
        table.inner(
                "vision_model.embeddings.patch_embedding.weight",
                pixels,
                vision.channels(),
                vision.patch(),
                vision.patch());
        long positions = 1 + (long) vision.grid() * vision.grid();
        table.plain("vision_model.embeddings.position_embedding.weight", positions, pixels);
        table.norm("vision_model.pre_layrnorm", pixels);
        layers(table, "vision_model", vision.tower());
        table.norm("vision_model.post_layernorm", pixels);
        table.plain("visual_projection.weight", projection, pixels);
        return table.plain("text_projection.weight", projection, words);
    }

    private static void layers(WeightTable table, String model, Tower tower) {
        for (int layer = 0; layer < tower.layers(); layer++) {
            var name = model + ".encoder.layers." + layer + ".";
            table.norm(name + "layer_norm1", tower.width());
            for (var part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                table.linear(name + "self_attn." + part, tower.width(), tower.width());
            }
            table.norm(name + "layer_norm2", tower.width());
            table.linear(name + "mlp.fc1", tower.width(), tower.hidden());
            table.linear(name + "mlp.fc2", tower.hidden(), tower.width());
        }
    }
}
