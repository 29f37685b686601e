package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Inversion.Run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** How the pictures of a round are swept. */
sealed interface Sweeper {
    /** Pictures in groups; each group is then swept by itself. */
    List<List<Painting>> groups(List<Painting> paintings);

    /** Makes one sweep of each picture of a group. */
    void sweep(List<Painting> group);

    /** How many pictures of so many share a sweep at best. */
    int together(int pictures);

    /** Each alone, so that nothing depends on its neighbours. */
    record Alone() implements Sweeper {
        @Override
        public List<List<Painting>> groups(List<Painting> paintings) {
            return paintings.stream().map(List::of).toList();
        }

        @Override
        public void sweep(List<Painting> group) {
            group.forEach(Painting::sweep);
        }

        @Override
        public int together(int pictures) {
            return 1;
        }
    }

    /** Those that are in the same block in one pass; each keeps its own frontier. */
    record Together(FlowModel model) implements Sweeper {
        @Override
        public List<List<Painting>> groups(List<Painting> paintings) {
            var alike = new LinkedHashMap<Painting.Likeness, List<Painting>>();
            var groups = new ArrayList<List<Painting>>();
            for (var painting : paintings) {
                var likeness = painting.likeness();
                if (likeness.isPresent()) {
                    alike.computeIfAbsent(likeness.get(), _ -> new ArrayList<>()).add(painting);
                } else {
                    groups.add(List.of(painting));
                }
            }
            groups.addAll(alike.values());
            return groups;
        }

        @Override
        public void sweep(List<Painting> group) {
            if (group.size() == 1) {
                group.getFirst().sweep();
                return;
            }
            List<Run> runs = group.stream().map(Painting::next).toList();
            var changes =
                    model.sweepTogether(group.stream().map(Painting::inversion).toList(), runs);
            for (int i = 0; i < group.size(); i++) {
                group.get(i).took(changes.get(i));
            }
        }

        @Override
        public int together(int pictures) {
            return pictures;
        }
    }
}
