package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneObject;
import dev.millrace.workers.train.scenes.sam.PromptMix.Kind;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A scene as what can be asked about it.
 *
 * @param levels [3, side, side], each 0 to 255; not to be changed
 * @param masks that are large enough to be asked for; of some kind at least one
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
record SceneLesson(int side, byte[] levels, Map<Kind, List<Mask>> masks) {
    /** In pixels; what is smaller is hardly more than noise. */
    private static final int LEAST = 8;

    SceneLesson {
        masks = Map.copyOf(masks);
        if (masks.values().stream().allMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a scene must have something to ask for");
        }
    }

    static SceneLesson of(MiniScene scene) {
        Map<Kind, List<Mask>> masks = new EnumMap<>(Kind.class);
        masks.put(Kind.OBJECT, scene.asked().stream().map(SceneObject::visible).toList());
        masks.put(Kind.PART, large(scene.parts()));
        masks.put(Kind.GROUP, large(scene.groups()));
        masks.put(Kind.BACKGROUND, large(scene.backgrounds()));
        return new SceneLesson(scene.side(), scene.levels(), masks);
    }

    private static List<Mask> large(List<Mask> masks) {
        return masks.stream().filter(mask -> mask.area() >= LEAST).toList();
    }

    /**
     * Writes the picture, normalised, to {@code at} and after, [3, side, side]: pixels where they
     * are moved to, and levels times a gain plus a shift.
     */
    void paint(float[] into, int at, int[] moved, double gain, double shift) {
        int area = side * side;
        for (int i = 0; i < levels.length; i++) {
            int channel = i / area;
            double mean = Normalization.SAM.mean().get(channel);
            double deviation = Normalization.SAM.deviation().get(channel);
            double level = Byte.toUnsignedInt(levels[i]);
            double shown = Math.clamp(gain * level + shift, 0, 255);
            into[at + channel * area + moved[i % area]] = (float) ((shown - mean) / deviation);
        }
    }

    /**
     * A mask of a kind drawn by the mix; an object if there is none, and any mask without objects.
     */
    Mask draw(PromptMix mix, SplittableRandom random) {
        var candidates = masks.getOrDefault(mix.draw(random), List.of());
        if (candidates.isEmpty()) {
            candidates = masks.getOrDefault(Kind.OBJECT, List.of());
        }
        if (candidates.isEmpty()) {
            candidates = masks.values().stream().flatMap(List::stream).toList();
        }
        return candidates.get(random.nextInt(candidates.size()));
    }
}
