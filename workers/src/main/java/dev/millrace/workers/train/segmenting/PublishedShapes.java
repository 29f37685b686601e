package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.Presence;
import dev.millrace.workers.segment.Recipe;
import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ResNetConfig;
import dev.millrace.workers.segment.sam.SamConfig;

import java.util.List;

/**
 * Networks and recipes by their shapes alone. The vocabulary of CLIP's texts is that of a tokenizer
 * that is at hand: looking a token up costs the same in a small one.
 *
 * @param side of the picture, in pixels
 */
record PublishedShapes(
        ClipConfig clip,
        ResNetConfig trunk,
        SamConfig sam,
        Recipe best,
        Recipe published,
        int side) {
    private static final double EPSILON = 1e-5;

    /** Random weights find nothing likely: each class is looked for all the same. */
    private static final Presence EVERYTHING = new Presence(100, 0.22, 0, 0, 10);

    /**
     * ViT-B/16 at 512 pixels, RN50x64 at 2,048 up to its stage conv4_x, SAM's ViT-B at 1,024.
     *
     * @param text of the tokenizer; its tower is replaced
     */
    static PublishedShapes of(ClipConfig.Text text) {
        return new PublishedShapes(
                clip(text),
                new ResNetConfig(
                        128,
                        List.of(3, 15, 36),
                        List.of(1, 2, 2),
                        true,
                        new ResNetConfig.Head(0, 0, 0),
                        EPSILON),
                viTB(),
                everything(Recipe.BEST),
                everything(Recipe.PUBLISHED),
                512);
    }

    private static ClipConfig clip(ClipConfig.Text text) {
        var activation = ClipConfig.Activation.QUICK_GELU;
        var words = new ClipConfig.Tower(512, 2048, 12, 8, activation, EPSILON);
        var pixels = new ClipConfig.Tower(768, 3072, 12, 12, activation, EPSILON);
        return new ClipConfig(
                512,
                2.6592,
                new ClipConfig.Text(words, text.vocabulary(), 77, text.begin(), text.end()),
                new ClipConfig.Vision(pixels, 3, 224, 16));
    }

    private static SamConfig viTB() {
        return new SamConfig(
                new SamConfig.Vision(
                        768, 256, 3072, 12, 12, 3, 1024, 16, 14, List.of(2, 5, 8, 11), 1e-6),
                new SamConfig.Prompts(16, 1e-6),
                new SamConfig.Decoder(2048, 2, 8, 2, 3, 3, 256, 1e-6));
    }

    private static Recipe everything(Recipe recipe) {
        return recipe.at(recipe.looking().side(), recipe.looking().depth(), EVERYTHING);
    }
}
