package dev.millrace.workers.train.scenes;

import dev.millrace.workers.train.Seeds;

import java.util.SplittableRandom;

/**
 * Makes scenes, each from its seed alone; no two splits share a seed.
 *
 * @param side of the pictures, in pixels: 96, or 64 where it is to be quick
 */
public record SceneSource(int side) {
    private static final long TRAINING = 0x7A_5CE2E5L;
    private static final long VALIDATION = 0x7A1_5CE2E5L;
    private static final long TEST = 0x7E57_5CE2E5L;
    private static final long HELD_OUT = 0x0DD_5CE2E5L;

    private static final double DISTRACTED = 0.3;
    private static final int LEAST_SIDE = 48;
    private static final int GREATEST_SIDE = 512;

    public SceneSource {
        if (side < LEAST_SIDE || side > GREATEST_SIDE) {
            throw new IllegalArgumentException(
                    "the side must be %d..%d, was %d".formatted(LEAST_SIDE, GREATEST_SIDE, side));
        }
    }

    /** Scene {@code index} of the training that has a seed. */
    public MiniScene training(long seed, long index) {
        return draw(Seeds.mix(Seeds.mix(TRAINING, seed), index), Style.USUAL);
    }

    /** A scene on which settings are chosen. */
    public MiniScene validation(long index) {
        return draw(Seeds.mix(VALIDATION, index), Style.USUAL);
    }

    /** A scene on which figures are taken. */
    public MiniScene test(long index) {
        return draw(Seeds.mix(TEST, index), Style.USUAL);
    }

    /** A scene with textures and colours that no training has. */
    public MiniScene heldOutStyle(long index) {
        return draw(Seeds.mix(HELD_OUT, index), Style.HELD_OUT);
    }

    private MiniScene draw(long seed, Style style) {
        var random = new SplittableRandom(seed);
        var canvas = new Canvas(side, new Backdrop(random, side, style), new Noise(random));
        if (random.nextDouble() < DISTRACTED) {
            Distractor.draw(canvas, random);
        }
        Composer.compose(random, side).forEach(canvas::draw);
        return canvas.finish(random);
    }
}
