package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.SplittableRandom;

/** Features, clusters and masks made up for tests. */
final class Scene {
    private Scene() {}

    /** Noise around a few different rows. */
    static Features features(SplittableRandom random, int channels, int height, int width) {
        int groups = 1 + random.nextInt(6);
        var centres = random.doubles((long) groups * channels, -2, 2).toArray();
        int cells = height * width;
        var values = new float[channels * cells];
        for (int cell = 0; cell < cells; cell++) {
            int group = random.nextInt(groups);
            for (int channel = 0; channel < channels; channel++) {
                values[channel * cells + cell] =
                        (float) (centres[group * channels + channel] + 0.3 * random.nextGaussian());
            }
        }
        return new Features(channels, height, width, values);
    }

    /** Digits and letters are clusters from 0 on. */
    static Clustering clustering(String... rows) {
        int width = rows[0].length();
        var labels = new int[rows.length * width];
        int most = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Character.digit(rows[i / width].charAt(i % width), 36);
            most = Math.max(most, labels[i]);
        }
        return new Clustering(rows.length, width, labels, new float[most + 1][1], 1);
    }

    static Mask disc(int height, int width, double row, double column, double radius) {
        return Mask.of(
                height, width, at -> Math.hypot(at / width - row, at % width - column) <= radius);
    }

    static Mask everywhere(Clustering clustering) {
        return Mask.of(clustering.height(), clustering.width(), _ -> true);
    }
}
