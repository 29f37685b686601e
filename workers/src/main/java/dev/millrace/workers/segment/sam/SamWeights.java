package dev.millrace.workers.segment.sam;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.WeightTable;

import java.util.Arrays;
import java.util.List;

/**
 * A SAM's weights by Hugging Face's names, in the order that {@link SamScript} takes them.
 *
 * <p>Files hold the frequencies of positions twice, or once under either name.
 */
public final class SamWeights {
    /** The frequencies of positions, which are random and not learned. */
    public static final String POSITIONS = "shared_image_embedding.positional_embedding";

    static final String POSITIONS_AGAIN = "prompt_encoder.shared_embedding.positional_embedding";

    private static final List<String> ATTENTION = List.of("q_proj", "k_proj", "v_proj", "out_proj");

    private final SamConfig config;
    private final int channels;
    private final WeightTable table = new WeightTable();

    private SamWeights(SamConfig config, String positions) {
        this.config = config;
        this.channels = config.vision().output();
        table.plain(positions, 2, channels / 2);
        vision();
        prompts();
        decoder();
    }

    /** All weights, positions under the name of the picture side. */
    public static WeightTable of(SamConfig config) {
        return new SamWeights(config, POSITIONS).table;
    }

    /** The same, with positions under the name that these files have. */
    static WeightTable in(Safetensors files, SamConfig config) {
        boolean isHere = files.contains(POSITIONS);
        if (isHere && files.contains(POSITIONS_AGAIN)) {
            checkEqual(files);
        }
        var name = isHere || !files.contains(POSITIONS_AGAIN) ? POSITIONS : POSITIONS_AGAIN;
        return new SamWeights(config, name).table;
    }

    static boolean isPositions(String name) {
        return name.equals(POSITIONS) || name.equals(POSITIONS_AGAIN);
    }

    private static void checkEqual(Safetensors files) {
        if (!Arrays.equals(files.floats(POSITIONS), files.floats(POSITIONS_AGAIN))) {
            throw new BadModelException(
                    files.entry(POSITIONS).file(),
                    "tensors %s and %s must be equal".formatted(POSITIONS, POSITIONS_AGAIN));
        }
    }

    private void vision() {
        var vision = config.vision();
        int width = vision.width();
        table.plain("vision_encoder.pos_embed", 1, vision.grid(), vision.grid(), width);
        table.inner(
                "vision_encoder.patch_embed.projection.weight",
                width,
                vision.channels(),
                vision.patch(),
                vision.patch());
        table.plain("vision_encoder.patch_embed.projection.bias", width);
        for (int layer = 0; layer < vision.layers(); layer++) {
            visionLayer(layer);
        }
        table.inner("vision_encoder.neck.conv1.weight", channels, width, 1, 1);
        table.norm("vision_encoder.neck.layer_norm1", channels);
        table.inner("vision_encoder.neck.conv2.weight", channels, channels, 3, 3);
        table.norm("vision_encoder.neck.layer_norm2", channels);
    }

    private void visionLayer(int layer) {
        var vision = config.vision();
        int width = vision.width();
        var name = "vision_encoder.layers." + layer + ".";
        int window = vision.window(layer);
        long distances = 2L * (window == 0 ? vision.grid() : window) - 1;
        table.norm(name + "layer_norm1", width);
        table.plain(name + "attn.rel_pos_h", distances, width / vision.heads());
        table.plain(name + "attn.rel_pos_w", distances, width / vision.heads());
        table.linear(name + "attn.qkv", width, 3L * width);
        table.linear(name + "attn.proj", width, width);
        table.norm(name + "layer_norm2", width);
        table.linear(name + "mlp.lin1", width, vision.hidden());
        table.linear(name + "mlp.lin2", vision.hidden(), width);
    }

    private void prompts() {
        var name = "prompt_encoder.";
        table.plain(name + "not_a_point_embed.weight", 1, channels);
        for (int label = 0; label < 4; label++) {
            table.plain(name + "point_embed." + label + ".weight", 1, channels);
        }
        table.plain(name + "no_mask_embed.weight", 1, channels);
        int masks = config.prompts().masks();
        conv(name + "mask_embed.conv1", masks / 4, 1, 2);
        table.norm(name + "mask_embed.layer_norm1", masks / 4);
        conv(name + "mask_embed.conv2", masks, masks / 4, 2);
        table.norm(name + "mask_embed.layer_norm2", masks);
        conv(name + "mask_embed.conv3", channels, masks, 1);
    }

    private void conv(String name, long out, long in, int side) {
        table.plain(name + ".weight", out, in, side, side).plain(name + ".bias", out);
    }

    private void decoder() {
        var name = "mask_decoder.";
        table.plain(name + "iou_token.weight", 1, channels);
        table.plain(name + "mask_tokens.weight", config.decoder().masks(), channels);
        int inner = channels / config.decoder().downsample();
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            decoderLayer(name + "transformer.layers." + layer + ".", inner);
        }
        attention(name + "transformer.final_attn_token_to_image", inner);
        table.norm(name + "transformer.layer_norm_final_attn", channels);
        upscaled(name);
        for (int mask = 0; mask < config.decoder().masks(); mask++) {
            var head = name + "output_hypernetworks_mlps." + mask + ".";
            head(head, channels, 3, channels / 8);
        }
        head(
                name + "iou_prediction_head.",
                config.decoder().qualityHidden(),
                config.decoder().qualityDepth(),
                config.decoder().masks());
    }

    private void decoderLayer(String name, int inner) {
        attention(name + "self_attn", channels);
        table.norm(name + "layer_norm1", channels);
        attention(name + "cross_attn_token_to_image", inner);
        table.norm(name + "layer_norm2", channels);
        table.linear(name + "mlp.lin1", channels, config.decoder().hidden());
        table.linear(name + "mlp.lin2", config.decoder().hidden(), channels);
        table.norm(name + "layer_norm3", channels);
        table.norm(name + "layer_norm4", channels);
        attention(name + "cross_attn_image_to_token", inner);
    }

    private void attention(String name, int inner) {
        for (var part : ATTENTION) {
            boolean isOut = part.equals("out_proj");
            table.linear(name + "." + part, isOut ? inner : channels, isOut ? channels : inner);
        }
    }

    /** Transposed convolutions: [in, out, 2, 2]. */
    private void upscaled(String name) {
        table.inner(name + "upscale_conv1.weight", channels, channels / 4, 2, 2);
        table.plain(name + "upscale_conv1.bias", channels / 4);
        table.norm(name + "upscale_layer_norm", channels / 4);
        table.inner(name + "upscale_conv2.weight", channels / 4, channels / 8, 2, 2);
        table.plain(name + "upscale_conv2.bias", channels / 8);
    }

    private void head(String name, int hidden, int depth, int out) {
        table.linear(name + "proj_in", channels, hidden);
        for (int layer = 0; layer < depth - 2; layer++) {
            table.linear(name + "layers." + layer, hidden, hidden);
        }
        table.linear(name + "proj_out", hidden, out);
    }
}
