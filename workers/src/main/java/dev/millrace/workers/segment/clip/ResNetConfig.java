package dev.millrace.workers.segment.clip;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.WeightTable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What CLIP's residual network is. There is no Hugging Face layout for it; the fields are our own,
 * the weights have OpenAI's names below {@code visual.}
 *
 * @param width channels after the stem
 * @param layers blocks of each stage; with fewer than four stages there is no pooled output
 * @param strides of each stage, 1, 2, 2, 2 as published
 * @param hasStemPool whether the stem ends by halving the picture once more, as published
 * @param head what pools the last of four stages; its fields are 0 where there is none
 */
public record ResNetConfig(
        int width,
        List<Integer> layers,
        List<Integer> strides,
        boolean hasStemPool,
        Head head,
        double epsilon) {
    public static final String FILE = "config.json";

    /** Channels that leave a block, in those that it computes with. */
    static final int EXPANSION = 4;

    private static final int STAGES = 4;
    private static final List<Integer> STRIDES = List.of(1, 2, 2, 2);

    /**
     * Attention that pools.
     *
     * @param side of the pictures whose cells have positions
     * @param output width of the embedding
     */
    public record Head(int heads, int side, int output) {
        static final Head NONE = new Head(0, 0, 0);
    }

    public ResNetConfig {
        layers = List.copyOf(layers);
        strides = List.copyOf(strides);
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("width must be even, was " + width);
        }
        if (layers.isEmpty() || layers.size() > STAGES || layers.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException(
                    "layers must be 1 to %d positive numbers, were %s".formatted(STAGES, layers));
        }
        if (strides.size() < layers.size() || strides.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException(
                    "strides must be a positive number for each stage, were " + strides);
        }
        if (layers.size() == STAGES) {
            check(head, channels(width, STAGES), stride(strides, hasStemPool, STAGES));
        }
    }

    private static void check(Head head, int channels, int stride) {
        if (head.heads() < 1 || channels % head.heads() != 0) {
            throw new IllegalArgumentException(
                    "heads must divide %d channels, was %d".formatted(channels, head.heads()));
        }
        if (head.side() < stride || head.side() % stride != 0 || head.output() < 1) {
            throw new IllegalArgumentException(
                    ("input_resolution must be a multiple of %d and output_dim positive, were %d"
                                    + " and %d")
                            .formatted(stride, head.side(), head.output()));
        }
    }

    /** Reads a folder's {@code config.json}. */
    public static ResNetConfig read(Path folder) {
        var json = ConfigJson.read(folder.resolve(FILE));
        var layers = json.integers("layers");
        try {
            return new ResNetConfig(
                    json.positive("width"),
                    layers,
                    json.has("strides") ? json.integers("strides") : STRIDES,
                    json.flag("stem_pool", true),
                    layers.size() == STAGES ? head(json) : Head.NONE,
                    json.number("bn_eps", 1e-5));
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static Head head(ConfigJson json) {
        return new Head(
                json.positive("heads"),
                json.positive("input_resolution"),
                json.positive("output_dim"));
    }

    /** What {@link #read} reads. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("width", width);
        json.put("layers", layers);
        json.put("strides", strides);
        json.put("stem_pool", hasStemPool);
        if (hasHead()) {
            json.put("heads", head.heads());
            json.put("input_resolution", head.side());
            json.put("output_dim", head.output());
        }
        json.put("bn_eps", epsilon);
        return json;
    }

    boolean hasHead() {
        return layers.size() == STAGES;
    }

    /** Channels that leave a stage, counted from 1. */
    public int channels(int stage) {
        return channels(width, stage);
    }

    private static int channels(int width, int stage) {
        return (width * EXPANSION) << (stage - 1);
    }

    /** Pixels along a side of what a stage's cell is the size of, counted from 1. */
    public int stride(int stage) {
        return stride(strides, hasStemPool, stage);
    }

    private static int stride(List<Integer> strides, boolean hasStemPool, int stage) {
        return strides.subList(0, stage).stream().reduce(hasStemPool ? 4 : 2, (a, b) -> a * b);
    }

    /** Cells along a side for which the head has positions. */
    int grid() {
        return head.side() / stride(STAGES);
    }

    /** The first weight's name of a block, counted from 0. */
    static String block(int stage, int block) {
        return "visual.layer" + stage + "." + block + ".";
    }

    /** All weights in the order that {@link ResNetScript} takes them. */
    public WeightTable weights() {
        var table = new WeightTable();
        unit(table, "visual.conv1", "visual.bn1", 3, width / 2, 3);
        unit(table, "visual.conv2", "visual.bn2", width / 2, width / 2, 3);
        unit(table, "visual.conv3", "visual.bn3", width / 2, width, 3);
        for (int stage = 1; stage <= layers.size(); stage++) {
            for (int block = 0; block < layers.get(stage - 1); block++) {
                block(table, stage, block);
            }
        }
        if (hasHead()) {
            head(table);
        }
        return table;
    }

    private void block(WeightTable table, int stage, int block) {
        var name = block(stage, block);
        int inner = width << (stage - 1);
        int before = stage == 1 ? width : channels(stage - 1);
        int in = block == 0 ? before : channels(stage);
        unit(table, name + "conv1", name + "bn1", in, inner, 1);
        unit(table, name + "conv2", name + "bn2", inner, inner, 3);
        unit(table, name + "conv3", name + "bn3", inner, channels(stage), 1);
        if (block == 0) {
            unit(table, name + "downsample.0", name + "downsample.1", in, channels(stage), 1);
        }
    }

    private static void unit(
            WeightTable table, String kernel, String norm, int in, int out, int side) {
        table.inner(kernel + ".weight", out, in, side, side).norm(norm, out);
        table.plain(norm + ".running_mean", out).plain(norm + ".running_var", out);
    }

    private void head(WeightTable table) {
        int channels = channels(STAGES);
        table.plain("visual.attnpool.positional_embedding", 1 + (long) grid() * grid(), channels);
        for (var part : List.of("k_proj", "q_proj", "v_proj")) {
            table.linear("visual.attnpool." + part, channels, channels);
        }
        table.linear("visual.attnpool.c_proj", channels, head.output());
    }
}
