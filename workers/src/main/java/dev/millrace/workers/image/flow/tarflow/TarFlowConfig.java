package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.tensor.ConfigJson;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The dimensions of a TarFlow, which its tensors alone do not tell.
 *
 * @param width of the residual stream
 * @param layers of attention in each block
 * @param headWidth of an attention head
 * @param classes how many labels there are; 0 for a model without labels
 * @param classNames one per class, or none
 * @param noise standard deviation of what was added to the pictures it was trained with
 */
public record TarFlowConfig(
        Patches patches,
        int width,
        int blocks,
        int layers,
        int headWidth,
        int classes,
        List<String> classNames,
        double noise) {
    public static final String FILE = "config.json";
    public static final String MODEL_TYPE = "tarflow";

    /** Of the layer norms; the paper's code does not set it. */
    static final double EPSILON = 1e-5;

    private static final int EXPANSION = 4;
    private static final Set<String> KEYS =
            Set.of(
                    "model_type",
                    "image_size",
                    "channels",
                    "patch_size",
                    "width",
                    "blocks",
                    "layers",
                    "head_width",
                    "classes",
                    "class_names",
                    "noise_std",
                    "nvp");

    public TarFlowConfig {
        classNames = List.copyOf(classNames);
        if (width < 1 || blocks < 1 || layers < 1 || headWidth < 1 || classes < 0) {
            throw new IllegalArgumentException(
                    "width, blocks, layers and headWidth must be positive, were %d, %d, %d, %d"
                            .formatted(width, blocks, layers, headWidth));
        }
        if (width % headWidth != 0) {
            throw new IllegalArgumentException(
                    "headWidth must divide width %d, was %d".formatted(width, headWidth));
        }
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    "there must be a name for each of %d classes, were %s"
                            .formatted(classes, classNames));
        }
    }

    /** Reads {@value #FILE} of a model's folder. */
    public static TarFlowConfig read(Path folder) {
        var json = ConfigJson.read(folder.resolve(FILE));
        json.refuseOthers(KEYS);
        if (!json.text("model_type").equals(MODEL_TYPE)) {
            throw json.wrong("model_type", "must be \"" + MODEL_TYPE + "\"");
        }
        if (!json.flag("nvp", true)) {
            throw json.wrong("nvp", "must be true: shifts without scales are not supported");
        }
        try {
            return new TarFlowConfig(
                    new Patches(
                            json.positive("image_size"),
                            json.positive("channels", 3),
                            json.positive("patch_size")),
                    json.positive("width"),
                    json.positive("blocks"),
                    json.positive("layers"),
                    json.positive("head_width", 64),
                    json.count("classes", json.texts("class_names").size()),
                    json.texts("class_names"),
                    json.number("noise_std"));
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** What {@link #read} reads. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model_type", MODEL_TYPE);
        json.put("image_size", patches.side());
        json.put("channels", patches.channels());
        json.put("patch_size", patches.patch());
        json.put("width", width);
        json.put("blocks", blocks);
        json.put("layers", layers);
        json.put("head_width", headWidth);
        json.put("classes", classes);
        json.put("class_names", classNames);
        json.put("noise_std", noise);
        json.put("nvp", true);
        return json;
    }

    int heads() {
        return width / headWidth;
    }

    /** Values of a token. */
    int tokenWidth() {
        return patches.tokenWidth();
    }

    /**
     * Shape of each weight of a block by its official name, in the order that {@link TarFlowScript}
     * takes them; matrices are [out, in]. Class embeddings, which have a table of their own, are
     * not among them.
     */
    public Map<String, long[]> block(int index) {
        var block = "blocks." + index + ".";
        Map<String, long[]> weights = new LinkedHashMap<>();
        weights.put(block + "pos_embed", new long[] {patches.tokens(), width});
        linear(weights, block + "proj_in", tokenWidth(), width);
        for (int layer = 0; layer < layers; layer++) {
            var prefix = block + "attn_blocks." + layer + ".";
            norm(weights, prefix + "attention.norm");
            linear(weights, prefix + "attention.qkv", width, 3 * width);
            linear(weights, prefix + "attention.proj", width, width);
            norm(weights, prefix + "mlp.norm");
            linear(weights, prefix + "mlp.main.0", width, EXPANSION * width);
            linear(weights, prefix + "mlp.main.2", EXPANSION * width, width);
        }
        linear(weights, block + "proj_out", width, 2 * tokenWidth());
        return weights;
    }

    /** The official name of a block's class embeddings, [classes, 1, width]. */
    public static String classEmbedding(int block) {
        return "blocks." + block + ".class_embed";
    }

    private void norm(Map<String, long[]> weights, String name) {
        weights.put(name + ".weight", new long[] {width});
        weights.put(name + ".bias", new long[] {width});
    }

    private static void linear(Map<String, long[]> weights, String name, int in, int out) {
        weights.put(name + ".weight", new long[] {out, in});
        weights.put(name + ".bias", new long[] {out});
    }
}
