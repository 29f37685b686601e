package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.segment.sam.Label;
import dev.millrace.workers.train.Seeds;

import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Makes what steps learn from; the same for the same step, on any thread.
 *
 * <p>Scenes are turned, flipped, and made darker or brighter.
 */
final class SamBatches {

    /** What colours are multiplied with at most and least, and what is then added. */
    private static final double GAIN = 0.2;

    private static final double SHIFT = 16;

    private final ScenePool pool;
    private final LessonPlan plan;
    private final int side;
    private final int masks;
    private final long seed;

    /**
     * @param masks that the model draws for each prompt, the single one first
     */
    SamBatches(ScenePool pool, LessonPlan plan, int side, int masks, long seed) {
        this.pool = pool;
        this.plan = plan;
        this.side = side;
        this.masks = masks;
        this.seed = seed;
    }

    /** What a step, counted from 0, learns from. */
    SamBatch at(long step) {
        var random = new SplittableRandom(Seeds.mix(seed, step));
        boolean isJoined = random.nextDouble() < plan.joined();
        boolean isRefined = random.nextDouble() < plan.refined();
        var filling = new Filling(isJoined, isRefined);
        for (int picture = 0; picture < plan.pictures(); picture++) {
            filling.add(picture, pool.scene(random.nextInt(pool.size())), random);
        }
        return filling.batch;
    }

    /** A batch that is filled picture by picture. */
    private final class Filling {
        private final boolean isJoined;
        private final SamBatch batch;

        Filling(boolean isJoined, boolean isRefined) {
            this.isJoined = isJoined;
            this.batch =
                    SamBatch.empty(
                            plan.pictures(),
                            plan.prompts(),
                            isJoined ? 3 : 2,
                            side,
                            masks,
                            isRefined);
        }

        void add(int picture, SceneLesson scene, SplittableRandom random) {
            var moved = new Symmetry(random.nextInt(Symmetry.COUNT)).moved(side);
            double gain = 1 + GAIN * random.nextDouble(-1, 1);
            double shift = SHIFT * random.nextDouble(-1, 1);
            scene.paint(
                    batch.pixels(), picture * SamBatch.CHANNELS * side * side, moved, gain, shift);
            for (int prompt = 0; prompt < plan.prompts(); prompt++) {
                int row = picture * plan.prompts() + prompt;
                var meant = new Meant(scene.draw(plan.mix(), random), moved, side);
                meant.pixels().forEach(pixel -> batch.targets()[row * side * side + pixel] = 1);
                ask(row, prompt % 2 == 1, meant, random);
                if (batch.corrections().length > 0) {
                    batch.corrections()[row] = (float) random.nextDouble();
                }
            }
        }

        private void ask(int row, boolean isBox, Meant meant, SplittableRandom random) {
            int at = row * batch.tokens();
            if (isBox) {
                var edges = meant.jittered(plan.jitter(), random);
                batch.put(at++, edges[0], edges[1], SamBatch.FIRST_CORNER);
                batch.put(at++, edges[2], edges[3], SamBatch.FIRST_CORNER + 1);
            } else {
                putPixel(at++, meant.inside(random), Label.POSITIVE);
                batch.put(at++, 0, 0, Label.NONE.number());
            }
            if (isJoined) {
                boolean isCut = !isBox && random.nextBoolean();
                var outside = isCut ? meant.outside(random) : OptionalInt.empty();
                int pixel = outside.orElseGet(() -> meant.inside(random));
                putPixel(at, pixel, outside.isPresent() ? Label.NEGATIVE : Label.POSITIVE);
            }
            boolean isLone = !isBox && !isJoined;
            for (int mask = 0; mask < masks; mask++) {
                batch.answers()[row * masks + mask] = isLone == mask > 0 ? 1 : 0;
            }
        }

        private void putPixel(int token, int pixel, Label label) {
            int line = pixel / side;
            batch.put(token, pixel % side, line, label.number());
        }
    }
}
