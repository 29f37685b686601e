package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.image.solve.GaussSeidelJacobi;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.Sweep;
import dev.millrace.workers.image.solve.SweepListener;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Counts the sweeps of each module as the goldens do: a row per block, in order of sampling. */
final class SweepCount implements SweepListener {
    private final TarFlow model;
    private final Plan plan;
    private final Map<Integer, Map<Integer, Long>> counts = new TreeMap<>();

    SweepCount(TarFlow model, Plan plan) {
        this.model = model;
        this.plan = plan;
    }

    @Override
    public boolean onSweep(Sweep sweep, IntFunction<float[]> pictures) {
        int row = model.blocks() - 1 - sweep.block();
        counts.computeIfAbsent(row, _ -> new TreeMap<>()).merge(module(row, sweep), 1L, Long::sum);
        return true;
    }

    private int module(int row, Sweep sweep) {
        return plan.solvers().get(row) instanceof GaussSeidelJacobi solver
                ? sweep.first() / (model.patches().tokens() / solver.modules())
                : 0;
    }

    /** Row by row; -1 where there is no module. */
    long[] table(int columns) {
        var table = new long[model.blocks() * columns];
        Arrays.fill(table, -1);
        counts.forEach((row, modules) ->
                modules.forEach((module, count) ->
                        table[row * columns + module] =
                                plan.solvers().get(row) instanceof Sequential ? 1 : count));
        return table;
    }
}
