package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayList;
import java.util.List;

/**
 * From a picture's features and its classes' activation to what is to be drawn.
 *
 * <p>Clusters do not depend on the classes: a further question about the same picture needs no new
 * ones.
 */
public record Zip(ZipSettings settings) {
    /**
     * What is to be drawn, and how it was found.
     *
     * @param discoveries one for each class
     */
    public record Plan(List<Ask> asks, List<Discovery> discoveries) {
        public Plan {
            asks = List.copyOf(asks);
            discoveries = List.copyOf(discoveries);
        }
    }

    /** Divides a picture into clusters, as often as the settings say. */
    public List<Clustering> cluster(Features features) {
        return settings.clusters().stream()
                .map(count -> new KMeans(count).cluster(features))
                .toList();
    }

    /**
     * Plans the prompts for some classes of a picture.
     *
     * @param maps the classes' activation, all of the picture's size; a class's place is its label
     */
    public Plan plan(List<Clustering> clusterings, List<ActivationMap> maps) {
        var fragments = fragments(clusterings);
        return plan(maps, (map, cut) -> discover(fragments, map, cut));
    }

    /**
     * The same without clusters, from where classes are active alone: what shows whether the
     * clusters bring anything.
     *
     * @param height of the grid, in cells
     * @param width of the grid, in cells
     */
    public Plan planActive(List<ActivationMap> maps, int height, int width) {
        return plan(
                maps,
                (map, cut) -> {
                    var active = map.above(cut, height, width);
                    return new Discovery(
                            active, List.of(), active, Discovery.regions(active, settings));
                });
    }

    /** Finds what there is of a class above a cut. */
    @FunctionalInterface
    private interface Discoverer {
        Discovery discover(ActivationMap map, float cut);
    }

    private Plan plan(List<ActivationMap> maps, Discoverer discoverer) {
        var claims = new ArrayList<Claim>();
        var discoveries = new ArrayList<Discovery>();
        for (int label = 0; label < maps.size(); label++) {
            var map = maps.get(label);
            float cut = settings.cut().of(map.values());
            var discovery = discoverer.discover(map, cut);
            discoveries.add(discovery);
            claims.addAll(claims(label, discovery, map.above(cut)));
        }
        if (maps.isEmpty()) {
            return new Plan(List.of(), List.of());
        }
        var planner =
                new Planner(
                        maps.getFirst().height(), maps.getFirst().width(), settings.prompting());
        return new Plan(planner.plan(claims), discoveries);
    }

    private List<Fragments> fragments(List<Clustering> clusterings) {
        return clusterings.stream()
                .map(clustering -> new Fragments(clustering, settings.connectivity()))
                .toList();
    }

    private Discovery discover(List<Fragments> clusterings, ActivationMap map, float cut) {
        var grid = clusterings.getFirst();
        return Discovery.of(clusterings, map.above(cut, grid.height(), grid.width()), settings);
    }

    private static List<Claim> claims(int label, Discovery discovery, Mask active) {
        return discovery.regions().stream()
                .map(region -> new Claim(label, region, active))
                .toList();
    }
}
