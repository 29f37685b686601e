package dev.millrace.workers.train.flow;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.solve.NoNumbersException;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.train.flow.Trial.Subject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How long windows take in each block; of several tries the shortest counts.
 *
 * @param clock nanoseconds: of the time that passes, or that this thread computes
 */
record Timing(FlowModel model, List<Subject> subjects, LongSupplier clock) {
    private static final int REPEATS = 2;

    Timing {
        subjects = List.copyOf(subjects);
    }

    /** Seconds and sweeps of each block. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Cost(double[] seconds, double[] sweeps) {
        double total() {
            return Arrays.stream(seconds).sum();
        }

        static Cost infinite(int blocks) {
            var seconds = new double[blocks];
            var sweeps = new double[blocks];
            Arrays.fill(seconds, Double.POSITIVE_INFINITY);
            Arrays.fill(sweeps, 1);
            return new Cost(seconds, sweeps);
        }
    }

    /** One picture at a time, with the same window in all blocks. */
    Cost alone(Window window) {
        try {
            var windows = Collections.nCopies(model.blocks(), window);
            var seconds = new double[model.blocks()];
            var sweeps = new double[model.blocks()];
            for (var subject : subjects) {
                var best = Trial.of(model, subject, windows, clock).seconds();
                for (int i = 2; i < REPEATS; i++) {
                    keepLeast(best, Trial.of(model, subject, windows, clock).seconds());
                }
                var swept = Trial.of(model, subject, windows, clock);
                keepLeast(best, swept.seconds());
                for (int block = 0; block < seconds.length; block++) {
                    seconds[block] += best[block] / subjects.size();
                    sweeps[block] += (double) swept.sweeps()[block] / subjects.size();
                }
            }
            return new Cost(seconds, sweeps);
        } catch (NoNumbersException _) {
            return Cost.infinite(model.blocks());
        }
    }

    private static void keepLeast(double[] best, double... seconds) {
        for (int i = 0; i < best.length; i++) {
            best[i] = Math.min(best[i], seconds[i]);
        }
    }

    /** Seconds of each block for a picture of so many that are made together. */
    double[] among(List<Window> windows, int pictures) {
        var group = new ArrayList<Subject>();
        for (int i = 0; i < pictures; i++) {
            group.add(subjects.get(i % subjects.size()));
        }
        try {
            var best = Group.seconds(model, group, windows, clock);
            for (int i = 1; i < REPEATS; i++) {
                keepLeast(best, Group.seconds(model, group, windows, clock));
            }
            return Arrays.stream(best).map(seconds -> seconds / pictures).toArray();
        } catch (NoNumbersException _) {
            return Cost.infinite(model.blocks()).seconds();
        }
    }
}
