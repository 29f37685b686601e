package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Components;
import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pieces of one clustering's clusters: the same for all classes. A class's are told of its most
 * active cluster first, and of one cluster in the order of their first cells.
 */
public final class Fragments {
    /** What the released code counts: so many of the values that active cells and others have. */
    private static final int PUBLISHED_VALUES = 20;

    private final Clustering clustering;
    private final Components pieces;
    private final int[] perimeters;

    public Fragments(Clustering clustering, Connectivity connectivity) {
        this.clustering = clustering;
        this.pieces =
                Components.of(
                        clustering.height(), clustering.width(), clustering.labels(), connectivity);
        this.perimeters = perimeters();
    }

    int height() {
        return clustering.height();
    }

    int width() {
        return clustering.width();
    }

    /** The pieces of all clusters with an active cell. */
    List<Fragment> all(Mask active) {
        return of(active, clusters(active, false));
    }

    /**
     * The same where the released code's count goes wrong: it takes the 20 most frequent of the
     * clusters' active parts and "not active" together, so with 20 active clusters the rarest is
     * left out.
     */
    List<Fragment> published(Mask active) {
        return of(active, clusters(active, true));
    }

    /** Clusters by the number of their active cells; of equal ones the first met. */
    private List<Integer> clusters(Mask active, boolean isPublished) {
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        for (int cell = 0; cell < active.pixels(); cell++) {
            counts.merge(
                    active.has(cell) ? clustering.label(cell) : Components.NONE, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(isPublished ? PUBLISHED_VALUES : counts.size())
                .map(Map.Entry::getKey)
                .filter(cluster -> cluster != Components.NONE)
                .toList();
    }

    private List<Fragment> of(Mask active, List<Integer> clusters) {
        var ranks = new HashMap<Integer, Integer>();
        clusters.forEach(cluster -> ranks.put(cluster, ranks.size()));
        var actives = new int[pieces.all().size()];
        active.stream().forEach(cell -> actives[pieces.label(cell)]++);
        return pieces.all().stream()
                .filter(piece -> ranks.containsKey(piece.kind()))
                .sorted(Comparator.comparing(piece -> ranks.get(piece.kind()))) // stable
                .map(piece ->
                        new Fragment(
                                piece.label(),
                                piece.kind(),
                                piece.area(),
                                piece.box(),
                                actives[piece.label()],
                                perimeters[piece.label()]))
                .toList();
    }

    /** Edges between cells of different pieces, and edges of the grid. */
    private int[] perimeters() {
        int width = clustering.width();
        int cells = clustering.height() * width;
        var edges = new int[pieces.all().size()];
        for (int cell = 0; cell < cells; cell++) {
            int label = pieces.label(cell);
            edges[label] += cell % width == 0 || pieces.label(cell - 1) != label ? 1 : 0;
            edges[label] += (cell + 1) % width == 0 || pieces.label(cell + 1) != label ? 1 : 0;
            edges[label] += cell < width || pieces.label(cell - width) != label ? 1 : 0;
            edges[label] += cell + width >= cells || pieces.label(cell + width) != label ? 1 : 0;
        }
        return edges;
    }

    /** Adds each fragment's weight by a rule to its cells. */
    void vote(List<Fragment> fragments, BoundaryRule rule, double[] votes) {
        var weights = new double[pieces.all().size()];
        fragments.forEach(fragment -> weights[fragment.label()] = rule.weight(fragment));
        for (int cell = 0; cell < votes.length; cell++) {
            votes[cell] += weights[pieces.label(cell)];
        }
    }
}
