package dev.millrace.workers.train.pyramid;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a classifier in stages (PVTv2, arXiv 2106.13797): each halves the side of the grid
 * of tokens, the first one begins at a quarter of the picture's side.
 *
 * @param side of a picture, in pixels
 */
record PyramidShape(int side, List<Stage> stages, int classes) {
    private static final int CHANNELS = 3;
    private static final int FIRST_KERNEL = 7;
    private static final int KERNEL = 3;

    /**
     * One stage.
     *
     * @param width of a token
     * @param ratio of the MLP's middle to that
     */
    record Stage(int width, int heads, int depth, int ratio) {}

    /** 3,136 tokens of width 32 in the first stage, as in PVTv2-B0 at 224 pixels. */
    static final PyramidShape MINIATURE =
            new PyramidShape(
                    224,
                    List.of(
                            new Stage(32, 1, 2, 4),
                            new Stage(48, 2, 1, 4),
                            new Stage(64, 2, 1, 4),
                            new Stage(96, 4, 1, 4)),
                    10);

    PyramidShape {
        stages = List.copyOf(stages);
        int smallest = 4 << (stages.size() - 1);
        if (side < smallest || side % smallest != 0) {
            throw new IllegalArgumentException(
                    "side must be a multiple of %d, was %d".formatted(smallest, side));
        }
    }

    /** For pictures of another side. */
    PyramidShape at(int other) {
        return new PyramidShape(other, stages, classes);
    }

    /** Tokens along one side of a stage's grid. */
    int grid(int stage) {
        return (side / 4) >> stage;
    }

    /**
     * Keys of a stage whose tokens become means of squares of so many a side, where they fill it.
     */
    long keys(int stage, int pooled) {
        long side = grid(stage) % pooled == 0 ? grid(stage) / pooled : grid(stage);
        return side * side;
    }

    /** Only the last stage keeps softmax, as published. */
    boolean isReplaced(int stage) {
        return stage < stages.size() - 1;
    }

    int kernel(int stage) {
        return stage == 0 ? FIRST_KERNEL : KERNEL;
    }

    int stride(int stage) {
        return stage == 0 ? 4 : 2;
    }

    /** Channels that a stage's patches are cut from. */
    int channels(int stage) {
        return stage == 0 ? CHANNELS : stages.get(stage - 1).width();
    }

    /** What a block's weights' names begin with. */
    static String block(int stage, int block) {
        return "block%d.%d.".formatted(stage + 1, block);
    }

    /** All weights but hashes, by PVTv2's names; attention's as softmax has them. */
    Map<String, long[]> weights() {
        var weights = new LinkedHashMap<String, long[]>();
        for (int stage = 0; stage < stages.size(); stage++) {
            var some = stages.get(stage);
            var patches = "patch_embed" + (stage + 1);
            add(
                    weights,
                    patches + ".proj",
                    some.width(),
                    channels(stage),
                    kernel(stage),
                    kernel(stage));
            add(weights, patches + ".norm", some.width());
            for (int block = 0; block < some.depth(); block++) {
                block(weights, block(stage, block), some);
            }
            add(weights, "norm" + (stage + 1), some.width());
        }
        add(weights, "head", classes, stages.getLast().width());
        return weights;
    }

    private static void block(Map<String, long[]> weights, String prefix, Stage stage) {
        long width = stage.width();
        long middle = width * stage.ratio();
        add(weights, prefix + "norm1", width);
        add(weights, prefix + "attn.qkv", 3 * width, width);
        add(weights, prefix + "attn.proj", width, width);
        add(weights, prefix + "norm2", width);
        add(weights, prefix + "mlp.fc1", middle, width);
        add(weights, prefix + "mlp.dwconv.dwconv", middle, 1, KERNEL, KERNEL);
        add(weights, prefix + "mlp.fc2", width, middle);
    }

    private static void add(Map<String, long[]> weights, String name, long... shape) {
        weights.put(name + ".weight", shape);
        weights.put(name + ".bias", new long[] {shape[0]});
    }
}
