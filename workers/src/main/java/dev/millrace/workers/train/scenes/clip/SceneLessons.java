package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.scenes.SceneSource;

import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Makes each step's lesson from the seed and the step alone. Scenes cost more than what a small
 * network makes of them, so there are only so many, each drawn when it is first needed; what is cut
 * out of them and said of them is new in every step.
 */
final class SceneLessons {
    private final SceneSource source;
    private final long seed;
    private final int batch;
    private final int partSide;
    private final AtomicReferenceArray<Shot> pool;

    /**
     * @param batch pictures of a step, half of them scenes
     * @param partSide of a picture of a single thing, in pixels
     * @param pool how many scenes there are
     */
    SceneLessons(SceneSource source, long seed, int batch, int partSide, int pool) {
        this.source = source;
        this.seed = seed;
        this.batch = batch;
        this.partSide = partSide;
        this.pool = new AtomicReferenceArray<>(pool);
    }

    /** The lesson of a step; safe for any number of threads. */
    SceneLesson of(long step) {
        var random = new SplittableRandom(Seeds.mix(Seeds.mix(seed, step), -3));
        int half = batch / 2;
        var captions = new ArrayList<Caption>();
        var scenes = new float[half * 3 * source.side() * source.side()];
        var parts = new float[half * 3 * partSide * partSide];
        for (int i = 0; i < half; i++) {
            captions.add(put(shot(random).whole(source.side(), random), scenes, i));
        }
        for (int i = 0; i < half; i++) {
            captions.add(put(inhabited(random).part(partSide, random), parts, i));
        }
        var template = PromptTemplates.ALL.get(random.nextInt(PromptTemplates.ALL.size()));
        return new SceneLesson(scenes, parts, captions, template);
    }

    private static Caption put(Shot.Captioned picture, float[] all, int index) {
        int size = picture.pixels().length;
        System.arraycopy(picture.pixels(), 0, all, index * size, size);
        return picture.caption();
    }

    private Shot inhabited(SplittableRandom random) {
        var shot = shot(random);
        while (shot.isEmpty()) {
            shot = shot(random);
        }
        return shot;
    }

    private Shot shot(SplittableRandom random) {
        int index = random.nextInt(pool.length());
        var known = pool.get(index);
        if (known == null) {
            known = Shot.of(source.training(seed, index));
            pool.set(index, known);
        }
        return known;
    }
}
