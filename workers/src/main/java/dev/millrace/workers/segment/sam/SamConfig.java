package dev.millrace.workers.segment.sam;

import dev.millrace.workers.tensor.ConfigJson;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a SAM is, as Hugging Face's {@code SamModel} writes it into {@code config.json}; what is
 * missing there has that library's default.
 */
public record SamConfig(Vision vision, Prompts prompts, Decoder decoder) {
    public static final String FILE = "config.json";
    static final String MODEL_TYPE = "sam";

    /**
     * The picture side.
     *
     * @param output channels of the embedding
     * @param hidden width between the two products of a layer's second half
     * @param window cells along the side of a window, 0 if every layer sees everything
     * @param global layers that see everything
     * @param side of the square that pictures are padded to, in pixels
     */
    public record Vision(
            int width,
            int output,
            int hidden,
            int layers,
            int heads,
            int channels,
            int side,
            int patch,
            int window,
            List<Integer> global,
            double epsilon) {
        public Vision {
            global = List.copyOf(global);
            if (width % heads != 0) {
                throw new IllegalArgumentException(
                        "hidden_size must be a multiple of num_attention_heads, were %d and %d"
                                .formatted(width, heads));
            }
            if (side % patch != 0) {
                throw new IllegalArgumentException(
                        "image_size must be a multiple of patch_size, were %d and %d"
                                .formatted(side, patch));
            }
            if (output % 8 != 0) {
                throw new IllegalArgumentException(
                        "output_channels must be a multiple of 8, was " + output);
            }
            for (int layer : global) {
                if (layer < 0 || layer >= layers) {
                    throw new IllegalArgumentException(
                            "global_attn_indexes must be below %d, was %d"
                                    .formatted(layers, layer));
                }
            }
        }

        /** Cells along a side of the embedding. */
        public int grid() {
            return side / patch;
        }

        /** Cells along the side of a layer's windows; 0 where it sees everything. */
        int window(int layer) {
            return global.contains(layer) ? 0 : window;
        }
    }

    /** The prompt side: {@code masks} are the channels of a mask on its way. */
    public record Prompts(int masks, double epsilon) {
        public Prompts {
            if (masks % 4 != 0) {
                throw new IllegalArgumentException(
                        "mask_input_channels must be a multiple of 4, was " + masks);
            }
        }
    }

    /**
     * The mask decoder.
     *
     * @param multimask masks beside the single one
     * @param qualityDepth products of the head that predicts a mask's IoU
     */
    public record Decoder(
            int hidden,
            int layers,
            int heads,
            int downsample,
            int multimask,
            int qualityDepth,
            int qualityHidden,
            double epsilon) {
        public Decoder {
            if (qualityDepth < 2) {
                throw new IllegalArgumentException(
                        "iou_head_depth must be at least 2, was " + qualityDepth);
            }
        }

        /** All masks of a prompt, the single one first. */
        public int masks() {
            return multimask + 1;
        }
    }

    public SamConfig {
        int inner = vision.output() / decoder.downsample();
        if (vision.output() % decoder.downsample() != 0 || inner % decoder.heads() != 0) {
            throw new IllegalArgumentException(
                    "%d channels must divide by attention_downsample_rate %d and then by %d heads"
                            .formatted(vision.output(), decoder.downsample(), decoder.heads()));
        }
    }

    /** Reads a folder's {@code config.json}. */
    public static SamConfig read(Path folder) {
        return SamConfigReader.read(ConfigJson.read(folder.resolve(FILE)));
    }

    /** Positions along a side of the masks that the decoder draws. */
    public int maskSide() {
        return 4 * vision.grid();
    }

    /** What {@link #read} reads, and Hugging Face's library too. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("SamModel"));
        json.put("model_type", MODEL_TYPE);
        json.put("vision_config", visionJson());
        json.put("prompt_encoder_config", promptsJson());
        json.put("mask_decoder_config", decoderJson());
        return json;
    }

    private Map<String, Object> visionJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden_size", vision.width());
        json.put("output_channels", vision.output());
        json.put("num_hidden_layers", vision.layers());
        json.put("num_attention_heads", vision.heads());
        json.put("num_channels", vision.channels());
        json.put("image_size", vision.side());
        json.put("patch_size", vision.patch());
        json.put("hidden_act", "gelu");
        json.put("layer_norm_eps", vision.epsilon());
        json.put("qkv_bias", true);
        json.put("mlp_ratio", (double) vision.hidden() / vision.width());
        json.put("use_abs_pos", true);
        json.put("use_rel_pos", true);
        json.put("window_size", vision.window());
        json.put("global_attn_indexes", vision.global());
        json.put("num_pos_feats", vision.output() / 2);
        json.put("mlp_dim", vision.hidden());
        return json;
    }

    private Map<String, Object> promptsJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden_size", vision.output());
        json.put("image_size", vision.side());
        json.put("patch_size", vision.patch());
        json.put("image_embedding_size", vision.grid());
        json.put("mask_input_channels", prompts.masks());
        json.put("num_point_embeddings", 4);
        json.put("hidden_act", "gelu");
        json.put("layer_norm_eps", prompts.epsilon());
        return json;
    }

    private Map<String, Object> decoderJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden_size", vision.output());
        json.put("hidden_act", "relu");
        json.put("mlp_dim", decoder.hidden());
        json.put("num_hidden_layers", decoder.layers());
        json.put("num_attention_heads", decoder.heads());
        json.put("attention_downsample_rate", decoder.downsample());
        json.put("num_multimask_outputs", decoder.multimask());
        json.put("iou_head_depth", decoder.qualityDepth());
        json.put("iou_head_hidden_dim", decoder.qualityHidden());
        json.put("layer_norm_eps", decoder.epsilon());
        return json;
    }
}
