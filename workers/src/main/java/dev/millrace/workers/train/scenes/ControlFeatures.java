package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.zip.Colours;
import dev.millrace.workers.segment.zip.Features;

import java.util.SplittableRandom;

/** Features that nobody has trained, to compare trained ones with. */
public final class ControlFeatures {
    private static final int KERNEL = 3;

    private ControlFeatures() {}

    /** A picture's colours and how fast its brightness changes, [4, side, side]. */
    public static Features colours(MiniScene scene) {
        return Colours.of(scene.values(), scene.side(), scene.side());
    }

    /**
     * Layers of random 3 x 3 convolutions with ReLU, each at half the size of the one before and
     * with its channels standardised; the first keeps the picture's size.
     */
    public static Features random(MiniScene scene, int channels, int halvings, long seed) {
        var random = new SplittableRandom(seed);
        var layer =
                convolved(
                        new Features(3, scene.side(), scene.side(), scene.values()),
                        channels,
                        1,
                        random);
        for (int i = 0; i < halvings; i++) {
            layer = convolved(layer, channels, 2, random);
        }
        return layer;
    }

    private static Features convolved(
            Features from, int channels, int stride, SplittableRandom random) {
        int height = (from.height() + stride - 1) / stride;
        int width = (from.width() + stride - 1) / stride;
        var values = new float[channels * height * width];
        for (int channel = 0; channel < channels; channel++) {
            var sums = new float[height * width];
            for (int input = 0; input < from.channels(); input++) {
                for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
                    float weight = (float) random.nextGaussian();
                    add(from, input, tap, weight, stride, sums, width);
                }
            }
            standardise(sums);
            System.arraycopy(sums, 0, values, channel * height * width, sums.length);
        }
        return new Features(channels, height, width, values);
    }

    private static void add(
            Features from, int input, int tap, float weight, int stride, float[] sums, int width) {
        int down = tap / KERNEL - 1;
        int across = tap % KERNEL - 1;
        for (int i = 0; i < sums.length; i++) {
            int row = i / width * stride + down;
            int column = i % width * stride + across;
            if (row >= 0 && column >= 0 && row < from.height() && column < from.width()) {
                int at = input * from.cells() + row * from.width() + column;
                sums[i] += weight * from.values()[at];
            }
        }
    }

    /** To mean 0 and deviation 1, then without what is negative. */
    private static void standardise(float[] values) {
        double mean = 0;
        double square = 0;
        for (float value : values) {
            mean += value;
            square += (double) value * value;
        }
        mean /= values.length;
        double deviation = Math.sqrt(Math.max(1e-12, square / values.length - mean * mean));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.max(0, (values[i] - mean) / deviation);
        }
    }
}
