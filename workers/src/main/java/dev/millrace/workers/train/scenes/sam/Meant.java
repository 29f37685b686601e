package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.segment.mask.Mask;

import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The mask that a prompt is to mean, turned with its picture; it has a pixel. */
final class Meant {
    /** A jittered box stays within so many standard deviations. */
    private static final double MOST = 2;

    private static final int TRIES = 32;

    private final int[] pixels;
    private final int side;
    private final boolean[] isInside;

    /** {@code moved} says where each pixel of the scene is now. */
    Meant(Mask mask, int[] moved, int side) {
        this.pixels = mask.stream().map(pixel -> moved[pixel]).toArray();
        this.side = side;
        this.isInside = new boolean[side * side];
        for (int pixel : pixels) {
            isInside[pixel] = true;
        }
    }

    IntStream pixels() {
        return IntStream.of(pixels);
    }

    /** Any of its pixels. */
    int inside(SplittableRandom random) {
        return pixels[random.nextInt(pixels.length)];
    }

    /** A pixel beside it, in its box made twice as large; none if some tries find none. */
    OptionalInt outside(SplittableRandom random) {
        var box = box();
        double width = box[2] - box[0];
        double height = box[3] - box[1];
        for (int i = 0; i < TRIES; i++) {
            int column = within(box[0] - width / 2 + 2 * width * random.nextDouble());
            int row = within(box[1] - height / 2 + 2 * height * random.nextDouble());
            if (!isInside[row * side + column]) {
                return OptionalInt.of(row * side + column);
            }
        }
        return OptionalInt.empty();
    }

    private int within(double at) {
        return Math.clamp((int) at, 0, side - 1);
    }

    /** Left, top, right and bottom; it ends before the last two. */
    private double[] box() {
        int left = side;
        int top = side;
        int right = 0;
        int bottom = 0;
        for (int pixel : pixels) {
            left = Math.min(left, pixel % side);
            right = Math.max(right, pixel % side + 1);
            top = Math.min(top, pixel / side);
            bottom = Math.max(bottom, pixel / side + 1);
        }
        return new double[] {left, top, right, bottom};
    }

    /**
     * The box around it with each edge moved by chance, still in the picture and not turned over.
     */
    double[] jittered(double deviation, SplittableRandom random) {
        var box = box();
        var moved = new double[4];
        for (int edge = 0; edge < 4; edge++) {
            double length = edge % 2 == 0 ? box[2] - box[0] : box[3] - box[1];
            double by = Math.clamp(random.nextGaussian(), -MOST, MOST) * deviation * length;
            moved[edge] = Math.clamp(box[edge] + by, 0, side);
        }
        return moved;
    }
}
