package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.train.bench.Findings.Finding;

/**
 * What a picture costs, from what its steps cost; in seconds.
 *
 * @param found of {@link ShapesMeasure}
 * @param batch prompts that were drawn at once
 * @param prompts that are drawn in a picture
 * @param published prompts that are drawn in one where each thing is asked about as published
 */
record ShapesSums(Finding found, int batch, double prompts, double published) {
    /** Points along each side of the automatic mode's grid, as published. */
    static final int SIDE = 32;

    /** Of the automatic mode, of which only a part is measured. */
    static double batches() {
        return (double) SIDE * SIDE / ShapesMeasure.POINTS;
    }

    double best() {
        return planned("colours") + drawn(prompts);
    }

    /** Until the first batch is drawn. */
    double firstMask() {
        return planned("colours") + drawn(Math.min(batch, prompts));
    }

    double asPublished() {
        return planned("trunk") + drawn(published);
    }

    /** With all masks at the picture's size, as no threshold throws one away. */
    double automatic() {
        return found.figure("sam") + batches() * found.figure("automatic");
    }

    /** With no mask at the picture's size, as thresholds throw all away: it cannot be faster. */
    double automaticAtLeast() {
        return found.figure("sam") + batches() * found.figure("automatic drawn");
    }

    private double planned(String boundaries) {
        return found.figure("clip")
                + found.figure(boundaries)
                + found.figure(boundaries + " clusters")
                + found.figure("sam")
                + found.figure("plan");
    }

    private double drawn(double some) {
        return some / batch * found.figure("batch");
    }
}
