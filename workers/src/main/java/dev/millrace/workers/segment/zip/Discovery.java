package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Components;
import dev.millrace.workers.segment.mask.Components.Component;
import dev.millrace.workers.segment.mask.Mask;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was found of one class, step by step.
 *
 * @param active the cells where the class is active
 * @param fragments pieces of the first clustering
 * @param union what is inside things: cells whose mean weight over the clusterings is at least a
 *     half
 * @param regions the things, in the order of their first cells
 */
public record Discovery(Mask active, List<Fragment> fragments, Mask union, List<Region> regions) {
    private static final double HALF = 0.5;

    public Discovery {
        fragments = List.copyOf(fragments);
        regions = List.copyOf(regions);
    }

    /**
     * What is found of one class.
     *
     * @param clusterings of the picture, the same for all its classes
     * @param active cells of the class
     */
    public static Discovery of(List<Fragments> clusterings, Mask active, ZipSettings settings) {
        var votes = new double[active.pixels()];
        List<Fragment> shown = List.of();
        for (var pieces : clusterings) {
            var fragments = settings.dropsRarest() ? pieces.published(active) : pieces.all(active);
            pieces.vote(fragments, settings.rule(), votes);
            shown = shown.isEmpty() ? fragments : shown;
        }
        double enough = HALF * clusterings.size();
        var union = Mask.of(active.height(), active.width(), cell -> votes[cell] >= enough);
        return new Discovery(active, shown, union, regions(union, settings));
    }

    /** The things of some cells: their connected pieces, taken apart as the settings say. */
    public static List<Region> regions(Mask union, ZipSettings settings) {
        int least = settings.leastCells(union.height(), union.width());
        var pieces = Components.of(union, settings.connectivity());
        return pieces.all().stream()
                .filter(piece -> piece.area() >= least)
                .flatMap(piece -> parts(pieces, piece, settings))
                .filter(part -> part.area() >= least)
                .map(Region::new)
                .toList();
    }

    private static Stream<Mask> parts(Components pieces, Component piece, ZipSettings settings) {
        return settings.splitting().split(pieces.mask(piece)).stream();
    }
}
