package dev.millrace.workers.train.flow;

import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.solve.Window;

import java.util.ArrayList;
import java.util.List;

/** What each tolerance of each block costs in time, and what it does to the picture. */
final class ToleranceCosts {
    private final double[] tolerances;
    private final double[][] errors;
    private final double[][] seconds;
    private final double[][] sweeps;

    /**
     * @param tolerances from the finest on
     */
    ToleranceCosts(int blocks, double... tolerances) {
        this.tolerances = tolerances.clone();
        this.errors = new double[blocks][tolerances.length];
        this.seconds = new double[blocks][tolerances.length];
        this.sweeps = new double[blocks][tolerances.length];
    }

    void put(int block, int level, double error, double took, double swept) {
        errors[block][level] = error;
        seconds[block][level] = took;
        sweeps[block][level] = swept;
    }

    /** A tolerance for each block, by its index. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Choice(ToleranceCosts costs, int[] levels) {
        List<Step> steps(int... widths) {
            var steps = new ArrayList<Step>();
            for (int i = 0; i < levels.length; i++) {
                var window = new Window(widths[i], costs.tolerances[levels[i]]);
                steps.add(new Step(window, costs.sweeps[i][levels[i]]));
            }
            return steps;
        }
    }

    /**
     * From the finest tolerances on, takes the coarser one that saves most time for the error that
     * it adds, again and again, while all errors together are at most this.
     */
    Choice choose(double most) {
        var levels = new int[errors.length];
        while (true) {
            int best = -1;
            int bestLevel = 0;
            double bestGain = 0;
            for (int block = 0; block < levels.length; block++) {
                for (int level = levels[block] + 1; level < tolerances.length; level++) {
                    double gain = gain(block, levels[block], level);
                    if (gain > bestGain && sum(levels, block, level) <= most) {
                        best = block;
                        bestLevel = level;
                        bestGain = gain;
                    }
                }
            }
            if (best < 0) {
                return new Choice(this, levels);
            }
            levels[best] = bestLevel;
        }
    }

    /** Time saved per error added; nothing is gained where no time is. */
    private double gain(int block, int from, int to) {
        double saved = seconds[block][from] - seconds[block][to];
        double added = Math.max(1e-12, errors[block][to] - errors[block][from]);
        return saved / added;
    }

    private double sum(int[] levels, int changed, int level) {
        double sum = 0;
        for (int block = 0; block < levels.length; block++) {
            sum += errors[block][block == changed ? level : levels[block]];
        }
        return sum;
    }
}
