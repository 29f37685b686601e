package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A picture under the brush: colours, and which object is in front at each pixel. */
final class Canvas {
    private static final int NONE = -1;
    private static final double NOISE = 6;

    private final int side;
    private final Backdrop backdrop;
    private final Noise grain;
    private final double[] colours;
    private final int[] front;
    private final boolean[] isPart;
    private final List<Solid> solids = new ArrayList<>();
    private final List<Integer> areas = new ArrayList<>();

    Canvas(int side, Backdrop backdrop, Noise grain) {
        this.side = side;
        this.backdrop = backdrop;
        this.grain = grain;
        this.colours = new double[Colours.CHANNELS * side * side];
        this.front = new int[side * side];
        this.isPart = new boolean[side * side];
        Arrays.fill(front, NONE);
        for (int pixel = 0; pixel < side * side; pixel++) {
            blend(pixel, backdrop.colour(pixel), 1);
        }
    }

    void blend(int pixel, double[] colour, double coverage) {
        for (int channel = 0; channel < Colours.CHANNELS; channel++) {
            int at = channel * side * side + pixel;
            colours[at] += coverage * (colour[channel] - colours[at]);
        }
    }

    int side() {
        return side;
    }

    /** Before all that was drawn so far. */
    void draw(Solid solid) {
        int reach = (int) Math.ceil(1.15 * solid.radius()) + 1;
        int area = 0;
        for (int row = from(solid.y() - reach); row < to(solid.y() + reach); row++) {
            for (int column = from(solid.x() - reach); column < to(solid.x() + reach); column++) {
                int pixel = row * side + column;
                var seen = solid.at(column + 0.5, row + 0.5, grain.at(column * 0.7, row * 0.7));
                if (seen.coverage() > 0) {
                    blend(pixel, seen.colour(), seen.coverage());
                }
                if (seen.coverage() >= 0.5) {
                    front[pixel] = solids.size();
                    isPart[pixel] = seen.isPart();
                    area++;
                }
            }
        }
        solids.add(solid);
        areas.add(area);
    }

    private int from(double at) {
        return Math.clamp((int) Math.floor(at), 0, side);
    }

    private int to(double at) {
        return Math.clamp((int) Math.ceil(at), 0, side);
    }

    /** The picture with the camera's noise, and what can be seen in it. */
    MiniScene finish(SplittableRandom random) {
        var levels = new byte[colours.length];
        for (int i = 0; i < levels.length; i++) {
            double level = 255 * colours[i] + NOISE * random.nextGaussian();
            levels[i] = (byte) Math.round(Math.clamp(level, 0, 255));
        }
        return new MiniScene(side, levels, objects(), backgrounds(), textures());
    }

    private List<SceneObject> objects() {
        var objects = new ArrayList<SceneObject>();
        for (int i = 0; i < solids.size(); i++) {
            int own = i;
            var visible = Mask.of(side, side, pixel -> front[pixel] == own);
            if (!visible.isEmpty()) {
                var part = Mask.of(side, side, pixel -> front[pixel] == own && isPart[pixel]);
                double share = (double) visible.area() / areas.get(i);
                objects.add(new SceneObject(solids.get(i).kind(), visible, part, share));
            }
        }
        return objects;
    }

    private List<Mask> backgrounds() {
        var free = Mask.of(side, side, pixel -> front[pixel] == NONE);
        return backdrop.fields().stream()
                .map(field -> field.and(free))
                .filter(field -> !field.isEmpty())
                .toList();
    }

    private List<String> textures() {
        return backgrounds().stream()
                .map(field -> backdrop.texture(field.stream().findFirst().orElseThrow()).noun())
                .toList();
    }
}
