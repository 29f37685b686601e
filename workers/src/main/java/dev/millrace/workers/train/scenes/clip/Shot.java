package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.picture.Bilinear;
import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneObject;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A scene as a photographer has it: pictures of all of it and of single things, with what is said
 * of them, and nothing else of where things are.
 *
 * @param levels [3, side, side], not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
record Shot(int side, byte[] levels, List<Thing> things, List<String> textures) {
    private static final int CHANNELS = 3;

    /** Sides of what is cut out around a thing, by that of the scene. */
    private static final double CLOSEST = 0.4;

    private static final double WIDEST = 0.65;

    /** What may be cut out around. */
    record Thing(SceneClass kind, Box box) {}

    /**
     * A picture and what is said of it.
     *
     * @param isAlone whether no class is seen that the caption does not name
     */
    @SuppressWarnings("ArrayRecordComponent") // large; read once
    record Captioned(float[] pixels, Caption caption, boolean isAlone) {}

    static Shot of(MiniScene scene) {
        return new Shot(
                scene.side(),
                scene.levels(),
                scene.asked().stream().map(Shot::thing).toList(),
                scene.textures().isEmpty() ? List.of("clouds") : scene.textures());
    }

    private static Thing thing(SceneObject object) {
        return new Thing(object.kind(), object.visible().box().orElseThrow());
    }

    boolean isEmpty() {
        return things.isEmpty();
    }

    /** How many things of each class there are. */
    Map<SceneClass, Integer> counts() {
        Map<SceneClass, Integer> counts = new EnumMap<>(SceneClass.class);
        things.forEach(thing -> counts.merge(thing.kind(), 1, Integer::sum));
        return counts;
    }

    /** All of it, [3, to, to], normalised as CLIP takes pictures. */
    Captioned whole(int to, SplittableRandom random) {
        return new Captioned(
                pixels(0, 0, side, to), Captions.scene(counts(), textures, random), true);
    }

    /** A thing with what is around it, [3, to, to]. */
    Captioned part(int to, SplittableRandom random) {
        var thing = things.get(random.nextInt(things.size()));
        int window = (int) (side * (CLOSEST + (WIDEST - CLOSEST) * random.nextDouble()));
        int left = edge(thing.box().left(), thing.box().right(), window, random);
        int top = edge(thing.box().top(), thing.box().bottom(), window, random);
        var seen = new Box(left, top, left + (double) window, top + (double) window);
        boolean isAlone =
                things.stream()
                        .noneMatch(other ->
                                other.kind() != thing.kind() && other.box().intersection(seen) > 0);
        return new Captioned(
                pixels(left, top, window, to),
                Captions.thing(thing.kind(), textures, random),
                isAlone);
    }

    /** Where a window begins that has all of a span in it, or its middle if that is too wide. */
    private int edge(double from, double to, int window, SplittableRandom random) {
        double least = Math.min(to - window, from);
        double most = Math.max(to - window, from);
        double at = least + (most - least) * random.nextDouble();
        return Math.clamp(Math.round(at), 0, side - window);
    }

    private float[] pixels(int left, int top, int window, int to) {
        var pixels = new float[CHANNELS * to * to];
        for (int channel = 0; channel < CHANNELS; channel++) {
            var plane = plane(channel, left, top, window);
            if (to != window) {
                plane = Bilinear.resize(plane, window, window, to, to);
            }
            double mean = Normalization.CLIP.mean().get(channel);
            double deviation = Normalization.CLIP.deviation().get(channel);
            for (int i = 0; i < plane.length; i++) {
                pixels[channel * plane.length + i] = (float) ((plane[i] - mean) / deviation);
            }
        }
        return pixels;
    }

    private float[] plane(int channel, int left, int top, int window) {
        var plane = new float[window * window];
        for (int i = 0; i < plane.length; i++) {
            int row = top + i / window;
            int column = left + i % window;
            plane[i] = Byte.toUnsignedInt(levels[(channel * side + row) * side + column]);
        }
        return plane;
    }
}
