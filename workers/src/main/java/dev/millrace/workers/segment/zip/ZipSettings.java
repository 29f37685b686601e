package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Connectivity;

import java.util.List;

/**
 * How things are found.
 *
 * @param clusters in how many clusters the features are divided; several divisions vote
 * @param cut from where on a class is active
 * @param rule which fragments are boundaries
 * @param dropsRarest whether the rarest of 20 active clusters is left out, as in the released code
 * @param connectivity which cells touch
 * @param minCells of a thing, at least
 * @param minShare of the grid's cells that a thing has, at least
 * @param splitting whether things that grew together are taken apart
 * @param prompting what is asked about each thing
 */
public record ZipSettings(
        List<Integer> clusters,
        ActivationCut cut,
        BoundaryRule rule,
        boolean dropsRarest,
        Connectivity connectivity,
        int minCells,
        double minShare,
        Splitting splitting,
        Prompting prompting) {
    /** What the released code does, for a grid whose short side has 128 cells. */
    public static final ZipSettings PUBLISHED =
            new ZipSettings(
                    List.of(20),
                    new ActivationCut.OfMean(0.7),
                    new BoundaryRule.Cut(0.3, 3),
                    true,
                    Connectivity.FOUR,
                    100,
                    0,
                    Splitting.NONE,
                    Prompting.PUBLISHED);

    /** With what has been found to help, for a grid of any size. */
    public static final ZipSettings BEST =
            new ZipSettings(
                    List.of(8),
                    new ActivationCut.OfMean(1.8),
                    new BoundaryRule.Cut(0.3, 3),
                    false,
                    Connectivity.FOUR,
                    1,
                    0.006,
                    new Splitting(0.5, 0.85),
                    Prompting.BEST);

    public ZipSettings {
        clusters = List.copyOf(clusters);
        if (clusters.isEmpty() || clusters.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException(
                    "there must be a number of clusters, and each at least 1, were " + clusters);
        }
        if (minCells < 0 || !(minShare >= 0 && minShare < 1)) {
            throw new IllegalArgumentException(
                    "the least thing must be 0 or more cells and a share 0..1 of them, was %d and %s"
                            .formatted(minCells, minShare));
        }
    }

    /** How many cells a thing must have on a grid. */
    int leastCells(int gridHeight, int gridWidth) {
        return Math.max(minCells, (int) Math.ceil(minShare * gridHeight * gridWidth));
    }

    public ZipSettings withClusters(Integer... counts) {
        return new ZipSettings(
                List.of(counts),
                cut,
                rule,
                dropsRarest,
                connectivity,
                minCells,
                minShare,
                splitting,
                prompting);
    }

    public ZipSettings withCut(ActivationCut other) {
        return new ZipSettings(
                clusters,
                other,
                rule,
                dropsRarest,
                connectivity,
                minCells,
                minShare,
                splitting,
                prompting);
    }

    public ZipSettings withRule(BoundaryRule other) {
        return new ZipSettings(
                clusters,
                cut,
                other,
                dropsRarest,
                connectivity,
                minCells,
                minShare,
                splitting,
                prompting);
    }

    public ZipSettings withLeast(int cells, double share) {
        return new ZipSettings(
                clusters, cut, rule, dropsRarest, connectivity, cells, share, splitting, prompting);
    }

    public ZipSettings withSplitting(Splitting other) {
        return new ZipSettings(
                clusters,
                cut,
                rule,
                dropsRarest,
                connectivity,
                minCells,
                minShare,
                other,
                prompting);
    }

    public ZipSettings withPrompting(Prompting other) {
        return new ZipSettings(
                clusters,
                cut,
                rule,
                dropsRarest,
                connectivity,
                minCells,
                minShare,
                splitting,
                other);
    }
}
