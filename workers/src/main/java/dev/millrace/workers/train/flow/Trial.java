package dev.millrace.workers.train.flow;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.solve.Course;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Generator;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * One picture, made to be measured.
 *
 * @param picture [channels, side, side]
 * @param seconds of each block, in the order of sampling
 * @param sweeps of each block, likewise
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Trial(float[] picture, double[] seconds, int[] sweeps) {
    private static final double MOST_DECIBELS = 200;

    /** What is made: a seed's noise, a label, how strongly it is pushed towards it. */
    record Subject(long seed, int label, Guidance guidance) {
        Subject unguided() {
            return new Subject(seed, label, Guidance.NONE);
        }

        float[] noise(int values) {
            var generator = new Generator(seed);
            var noise = new float[values];
            for (int i = 0; i < values; i++) {
                noise[i] = (float) generator.normal(i, 0);
            }
            return noise;
        }
    }

    /**
     * Makes it.
     *
     * @param windows of each block, in the order of sampling
     * @param clock nanoseconds
     */
    static Trial of(FlowModel model, Subject subject, List<Window> windows, LongSupplier clock) {
        var seconds = new double[windows.size()];
        var sweeps = new int[windows.size()];
        int[] label = {subject.label()};
        var noise = subject.noise(model.patches().values());
        try (var inversion = model.invert(noise, label, subject.guidance())) {
            for (int i = 0; i < windows.size(); i++) {
                long began = clock.getAsLong();
                inversion.enter(windows.size() - 1 - i);
                var course = new Course(inversion, 0, windows.get(i));
                while (!course.isDone()) {
                    course.sweep();
                    sweeps[i]++;
                }
                seconds[i] = (clock.getAsLong() - began) / 1e9;
            }
            return new Trial(inversion.picture(0), seconds, sweeps);
        }
    }

    /** Mean square of the differences of what is shown: values are clipped to [-1, 1]. */
    double error(Trial exact) {
        double sum = 0;
        for (int i = 0; i < picture.length; i++) {
            double far =
                    Math.clamp(picture[i], -1f, 1f)
                            - (double) Math.clamp(exact.picture[i], -1f, 1f);
            sum += far * far;
        }
        return sum / picture.length;
    }

    /** An error as the peak signal to noise ratio, of signals in [-1, 1]; at most 200. */
    static double decibels(double error) {
        return Math.min(MOST_DECIBELS, 10 * Math.log10(4 / error));
    }

    double total() {
        double sum = 0;
        for (double part : seconds) {
            sum += part;
        }
        return sum;
    }
}
