package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;
import dev.millrace.workers.segment.clip.ResNetConfig;

import java.util.List;

/**
 * The dimensions of both networks.
 *
 * @param partSide of pictures of single things for the CLIP, in pixels; the trunk sees them as
 *     large as scenes
 * @param surgeryDepth of the CLIP's last layers that are operated
 * @param trunkSide of scenes in which boundaries are looked for, larger than those learned from, as
 *     published
 */
record SceneClipShape(
        ClipConfig clip, ResNetConfig trunk, int partSide, int surgeryDepth, int trunkSide) {
    static final float FIRST_SCALE = 2.3f;
    static final float FIRST_BIAS = -2;

    /** How much it matters that the whole picture tells its classes, beside the captions. */
    static final double SEEN = 2;

    /** The same of the cells. */
    static final double FOUND = 2;

    private static final double EPSILON = 1e-5;
    private static final double LOGIT_SCALE = 2.6592;

    /** What ships: pictures of 96 pixels. */
    static SceneClipShape shipped(SceneWords words) {
        return of(
                words,
                96,
                64,
                new Tower(64, 256, 2, 2, Activation.QUICK_GELU, EPSILON),
                new Tower(96, 384, 6, 4, Activation.QUICK_GELU, EPSILON),
                16);
    }

    /** Any, with patches of 8 pixels and halves of scenes for parts. */
    static SceneClipShape of(
            SceneWords words, int side, int projection, Tower text, Tower vision, int trunkWidth) {
        var clip =
                new ClipConfig(
                        projection,
                        LOGIT_SCALE,
                        new ClipConfig.Text(
                                text,
                                words.size(),
                                SceneWords.CONTEXT,
                                words.id(SceneWords.BEGIN),
                                words.id(SceneWords.END)),
                        new ClipConfig.Vision(vision, 3, side, 8));
        var trunk =
                new ResNetConfig(
                        trunkWidth,
                        List.of(2, 2, 2, 1),
                        List.of(1, 2, 1, 2),
                        false,
                        new ResNetConfig.Head(trunkWidth / 2, side, projection),
                        EPSILON);
        return new SceneClipShape(clip, trunk, side / 2, (vision.layers() + 1) / 2, 2 * side);
    }

    int side() {
        return clip.vision().side();
    }
}
