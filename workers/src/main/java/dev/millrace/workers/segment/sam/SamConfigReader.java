package dev.millrace.workers.segment.sam;

import dev.millrace.workers.segment.sam.SamConfig.Decoder;
import dev.millrace.workers.segment.sam.SamConfig.Prompts;
import dev.millrace.workers.segment.sam.SamConfig.Vision;
import dev.millrace.workers.tensor.ConfigJson;

import java.util.List;

/** Reads the three parts of a {@code SamModel}'s config and holds them against each other. */
final class SamConfigReader {
    private static final int LABELS = 4; // negative, positive, a box's corners

    private SamConfigReader() {}

    static SamConfig read(ConfigJson json) {
        if (!json.text("model_type", SamConfig.MODEL_TYPE).equals(SamConfig.MODEL_TYPE)) {
            throw json.wrong("model_type", "must be " + SamConfig.MODEL_TYPE);
        }
        try {
            var vision = vision(part(json, "vision_config"));
            return new SamConfig(
                    vision,
                    prompts(part(json, "prompt_encoder_config"), vision),
                    decoder(part(json, "mask_decoder_config"), vision));
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static ConfigJson part(ConfigJson json, String key) {
        return json.object(key).orElseThrow(() -> json.wrong(key, "must be an object"));
    }

    private static Vision vision(ConfigJson json) {
        require(json, "hidden_act", "gelu", "gelu");
        require(json, "qkv_bias");
        require(json, "use_abs_pos");
        require(json, "use_rel_pos");
        int width = json.positive("hidden_size", 768);
        int output = json.positive("output_channels", 256);
        int ratioed = (int) (width * json.number("mlp_ratio", 4));
        require(json, "num_pos_feats", output / 2, 128);
        return new Vision(
                width,
                output,
                json.positive("mlp_dim", ratioed),
                json.positive("num_hidden_layers", 12),
                json.positive("num_attention_heads", 12),
                json.positive("num_channels", 3),
                json.positive("image_size", 1024),
                json.positive("patch_size", 16),
                json.count("window_size", 14),
                json.has("global_attn_indexes")
                        ? json.integers("global_attn_indexes")
                        : List.of(2, 5, 8, 11),
                json.number("layer_norm_eps", 1e-6));
    }

    private static Prompts prompts(ConfigJson json, Vision vision) {
        require(json, "hidden_act", "gelu", "gelu");
        require(json, "hidden_size", vision.output(), 256);
        require(json, "image_size", vision.side(), 1024);
        require(json, "patch_size", vision.patch(), 16);
        require(json, "image_embedding_size", vision.grid(), vision.grid());
        require(json, "num_point_embeddings", LABELS, LABELS);
        return new Prompts(
                json.positive("mask_input_channels", 16), json.number("layer_norm_eps", 1e-6));
    }

    private static Decoder decoder(ConfigJson json, Vision vision) {
        require(json, "hidden_act", "relu", "relu");
        require(json, "hidden_size", vision.output(), 256);
        return new Decoder(
                json.positive("mlp_dim", 2048),
                json.positive("num_hidden_layers", 2),
                json.positive("num_attention_heads", 8),
                json.positive("attention_downsample_rate", 2),
                json.positive("num_multimask_outputs", 3),
                json.positive("iou_head_depth", 3),
                json.positive("iou_head_hidden_dim", 256),
                json.number("layer_norm_eps", 1e-6));
    }

    private static void require(ConfigJson json, String key) {
        if (!json.flag(key, true)) {
            throw json.wrong(key, "must be true");
        }
    }

    private static void require(ConfigJson json, String key, String expected, String otherwise) {
        if (!json.text(key, otherwise).equals(expected)) {
            throw json.wrong(key, "must be " + expected);
        }
    }

    private static void require(ConfigJson json, String key, int expected, int otherwise) {
        if (json.positive(key, otherwise) != expected) {
            throw json.wrong(key, "must be " + expected + ", as the picture side has it");
        }
    }
}
