package dev.millrace.workers.train.flow;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.solve.Course;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.train.flow.Trial.Subject;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Pictures that are made together, as a worker does: those with windows of one length share. */
final class Group implements AutoCloseable {
    private final FlowModel model;
    private final List<Inversion> inversions = new ArrayList<>();

    private Group(FlowModel model, List<Subject> subjects) {
        this.model = model;
        for (var subject : subjects) {
            int[] label = {subject.label()};
            var noise = subject.noise(model.patches().values());
            inversions.add(model.invert(noise, label, subject.guidance()));
        }
    }

    /**
     * Makes them.
     *
     * @param windows of each block, in the order of sampling
     * @return seconds of each block
     */
    static double[] seconds(
            FlowModel model, List<Subject> subjects, List<Window> windows, LongSupplier clock) {
        var seconds = new double[windows.size()];
        try (var group = new Group(model, subjects)) {
            for (int i = 0; i < windows.size(); i++) {
                long began = clock.getAsLong();
                group.solve(windows.size() - 1 - i, windows.get(i));
                seconds[i] = (clock.getAsLong() - began) / 1e9;
            }
        }
        return seconds;
    }

    private void solve(int block, Window window) {
        inversions.forEach(inversion -> inversion.enter(block));
        var ways =
                inversions.stream().map(one -> new Way(one, new Course(one, 0, window))).toList();
        while (true) {
            var left = ways.stream().filter(way -> !way.course().isDone()).toList();
            if (left.isEmpty()) {
                return;
            }
            left.stream()
                    .collect(Collectors.groupingBy(way -> way.course().next().count()))
                    .values()
                    .forEach(this::sweep);
        }
    }

    private record Way(Inversion inversion, Course course) {}

    private void sweep(List<Way> ways) {
        if (ways.size() == 1) {
            ways.getFirst().course().sweep();
            return;
        }
        var runs = ways.stream().map(way -> way.course().next()).toList();
        var changes = model.sweepTogether(ways.stream().map(Way::inversion).toList(), runs);
        for (int i = 0; i < ways.size(); i++) {
            ways.get(i).course().advance(changes.get(i).greatest());
        }
    }

    @Override
    public void close() {
        inversions.forEach(Inversion::close);
    }
}
