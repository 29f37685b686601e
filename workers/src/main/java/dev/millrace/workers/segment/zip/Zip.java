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
        var claims = new ArrayList<Claim>();
        var discoveries = new ArrayList<Discovery>();
        var fragments = fragments(clusterings);
        for (int label = 0; label < maps.size(); label++) {
            var map = maps.get(label);
            float cut = settings.cut().of(map.values());
            var discovery = discover(fragments, map, cut);
            discoveries.add(discovery);
            claims.addAll(claims(label, discovery, map.above(cut)));
        }
        if (maps.isEmpty()) {
            return new Plan(List.of(), List.of());
        }
        var planner = new Planner(maps.getFirst().height(), maps.getFirst().width());
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
