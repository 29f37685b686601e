package dev.millrace.workers.train.flow;

import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.solve.Window;

import java.util.ArrayList;
import java.util.List;

/** What each window costs in each block in time, and what it does to the picture. */
final class WindowCosts {
    private final List<Window> windows;
    private final double[][] errors;
    private final double[][] seconds;
    private final double[][] sweeps;

    /**
     * @param windows the first of which is where choosing begins
     */
    WindowCosts(int blocks, List<Window> windows) {
        this.windows = List.copyOf(windows);
        this.errors = new double[blocks][windows.size()];
        this.seconds = new double[blocks][windows.size()];
        this.sweeps = new double[blocks][windows.size()];
    }

    void put(int block, int window, double error, double took, double swept) {
        errors[block][window] = error;
        seconds[block][window] = took;
        sweeps[block][window] = swept;
    }

    /** The first window in every block. */
    List<Step> first() {
        return steps(new int[errors.length]);
    }

    /**
     * From the first window in every block on, takes another one that saves most time for the error
     * that it adds, again and again, while all errors together are at most this.
     */
    List<Step> choose(double most) {
        var chosen = new int[errors.length];
        while (true) {
            int best = -1;
            int bestWindow = 0;
            double bestGain = 0;
            for (int block = 0; block < chosen.length; block++) {
                for (int window = 0; window < windows.size(); window++) {
                    double gain = gain(block, chosen[block], window);
                    if (gain > bestGain && sum(chosen, block, window) <= most) {
                        best = block;
                        bestWindow = window;
                        bestGain = gain;
                    }
                }
            }
            if (best < 0) {
                return steps(chosen);
            }
            chosen[best] = bestWindow;
        }
    }

    private List<Step> steps(int... chosen) {
        var steps = new ArrayList<Step>();
        for (int block = 0; block < chosen.length; block++) {
            steps.add(new Step(windows.get(chosen[block]), sweeps[block][chosen[block]]));
        }
        return steps;
    }

    /** Time saved per error added; nothing is gained where no time is. */
    private double gain(int block, int from, int to) {
        double saved = seconds[block][from] - seconds[block][to];
        double added = Math.max(1e-12, errors[block][to] - errors[block][from]);
        return saved / added;
    }

    private double sum(int[] chosen, int changed, int window) {
        double sum = 0;
        for (int block = 0; block < chosen.length; block++) {
            sum += errors[block][block == changed ? window : chosen[block]];
        }
        return sum;
    }
}
