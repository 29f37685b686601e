package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Resize;

import java.util.SplittableRandom;

/**
 * A square cut out of a scene around one object, at another size.
 *
 * @param values [3, side, side], each in [0, 1]
 * @param caption such as "a red ball on stripes"
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
public record SceneCrop(SceneClass kind, float[] values, String caption) {
    /** How much larger the square is than the object. */
    private static final double LEAST = 1.05;

    private static final double MOST = 1.5;

    /** Cuts one object out, with some of what is around it. */
    public static SceneCrop of(
            MiniScene scene, SceneObject object, int side, SplittableRandom random) {
        var box = object.visible().box().orElseThrow();
        double larger = LEAST + (MOST - LEAST) * random.nextDouble();
        int wide = (int) Math.ceil(larger * Math.max(box.width(), box.height()));
        int size = Math.min(wide, scene.side());
        int left = start((box.left() + box.right() - size) / 2, size, scene.side());
        int top = start((box.top() + box.bottom() - size) / 2, size, scene.side());
        var window = new Box(left, top, left + size, top + size);
        return new SceneCrop(
                object.kind(),
                cut(scene, left, top, size, side),
                Captions.of(object.kind(), texture(scene, window)));
    }

    private static int start(double at, int size, int side) {
        return Math.clamp(Math.round(at), 0, side - size);
    }

    private static float[] cut(MiniScene scene, int left, int top, int size, int side) {
        var values = new float[Colours.CHANNELS * side * side];
        for (int channel = 0; channel < Colours.CHANNELS; channel++) {
            var window = new float[size * size];
            int from = channel * scene.side() * scene.side() + top * scene.side() + left;
            for (int i = 0; i < window.length; i++) {
                byte level = scene.levels()[from + i / size * scene.side() + i % size];
                window[i] = Byte.toUnsignedInt(level) / 255f;
            }
            float[] resized = Resize.bilinear(window, size, size, side, side);
            System.arraycopy(resized, 0, values, channel * side * side, side * side);
        }
        return values;
    }

    /** What is most seen of in the window, or else in the scene. */
    private static String texture(MiniScene scene, Box window) {
        var inside = Mask.of(scene.side(), scene.side(), window);
        int best = 0;
        int most = -1;
        for (int i = 0; i < scene.backgrounds().size(); i++) {
            int seen = scene.backgrounds().get(i).intersection(inside);
            if (seen > most) {
                most = seen;
                best = i;
            }
        }
        return scene.textures().get(best);
    }
}
