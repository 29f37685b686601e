package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.train.scenes.SceneSource;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** Scenes that are learned from again and again, each made when it is first asked for. */
final class ScenePool {
    private final SceneSource source;
    private final long seed;
    private final AtomicReferenceArray<SceneLesson> made;

    /** The first {@code size} scenes of the training that has a seed. */
    ScenePool(SceneSource source, long seed, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a pool must have a scene, had " + size);
        }
        this.source = source;
        this.seed = seed;
        this.made = new AtomicReferenceArray<>(size);
    }

    /** Of scenes that are there already. */
    ScenePool(SceneLesson... scenes) {
        this(new SceneSource(scenes[0].side()), 0, scenes.length);
        for (int index = 0; index < scenes.length; index++) {
            made.set(index, scenes[index]);
        }
    }

    int size() {
        return made.length();
    }

    /** Any thread may ask; two may make the same scene. */
    SceneLesson scene(int index) {
        var known = made.get(index);
        if (known == null) {
            known = SceneLesson.of(source.training(seed, index));
            made.set(index, known);
        }
        return known;
    }
}
