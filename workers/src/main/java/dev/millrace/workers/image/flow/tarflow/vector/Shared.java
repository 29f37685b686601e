package dev.millrace.workers.image.flow.tarflow.vector;

import dev.millrace.workers.image.flow.Inversion.Change;
import dev.millrace.workers.image.flow.Inversion.Run;

import java.util.ArrayList;
import java.util.List;

/** One pass over what several inversions are to read. */
final class Shared {
    private Shared() {}

    static List<Change> sweep(List<VectorInversion> inversions, List<Run> runs) {
        var first = inversions.getFirst();
        var readings = new ArrayList<Pass.Reading>();
        for (int i = 0; i < inversions.size(); i++) {
            first.requireAlike(inversions.get(i));
            readings.addAll(inversions.get(i).readings(runs.get(i)));
        }
        var told = first.read(readings);
        var changes = new ArrayList<Change>();
        int row = 0;
        for (int i = 0; i < inversions.size(); i++) {
            var inversion = inversions.get(i);
            var run = runs.get(i);
            changes.add(inversion.take(run, told.from(row), Double.POSITIVE_INFINITY));
            row += inversion.rows(run);
        }
        return changes;
    }
}
