package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.ActivationMap;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.segment.zip.Discovery;
import dev.millrace.workers.segment.zip.Features;
import dev.millrace.workers.segment.zip.Region;
import dev.millrace.workers.segment.zip.Zip;
import dev.millrace.workers.segment.zip.ZipSettings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Whether clusters of some features show where one object ends and the next begins: boxes of the
 * things found against boxes of the objects, class by class, where it is known where each class is.
 * No mask decoder takes part.
 *
 * @param patch how coarse it is known where a class is, in pixels a side: the share of each patch
 *     that its objects cover, as a perfect classifier of patches would say; 1 is exact
 */
public record ZipControl(ZipSettings settings, int patch) {
    private static final double OVERLAP = 0.5;

    /** How many boxes were right, were given and should have been. */
    public record Counts(int right, int given, int wanted) {
        public double precision() {
            return given == 0 ? 0 : (double) right / given;
        }

        public double recall() {
            return wanted == 0 ? 0 : (double) right / wanted;
        }

        /** The harmonic mean of precision and recall. */
        public double f1() {
            return given + wanted == 0 ? 0 : 2.0 * right / (given + wanted);
        }

        Counts plus(Counts other) {
            return new Counts(right + other.right, given + other.given, wanted + other.wanted);
        }
    }

    /** With clusters of features. */
    public Counts clustered(List<MiniScene> scenes, Function<MiniScene, Features> features) {
        var zip = new Zip(settings);
        var all = new Counts(0, 0, 0);
        for (var scene : scenes) {
            var clusterings = zip.cluster(features.apply(scene));
            all = all.plus(counts(scene, map -> regions(zip, clusterings, map)));
        }
        return all;
    }

    private static List<Box> regions(Zip zip, List<Clustering> clusterings, ActivationMap map) {
        return zip.plan(clusterings, List.of(map)).discoveries().getFirst().regions().stream()
                .map(region -> region.box(map.height(), map.width()))
                .toList();
    }

    /** Without: the connected pieces of where the class is, taken apart as the settings say. */
    public Counts active(List<MiniScene> scenes) {
        var all = new Counts(0, 0, 0);
        for (var scene : scenes) {
            all = all.plus(counts(scene, this::pieces));
        }
        return all;
    }

    private List<Box> pieces(ActivationMap map) {
        var active = map.above(settings.cut().of(map.values()));
        return Discovery.regions(active, settings).stream().map(Region::box).toList();
    }

    private Counts counts(MiniScene scene, Function<ActivationMap, List<Box>> find) {
        var all = new Counts(0, 0, 0);
        for (var kind : SceneClass.values()) {
            var objects = scene.objects().stream().filter(object -> object.kind() == kind).toList();
            if (!objects.isEmpty()) {
                all = all.plus(compared(objects, find.apply(map(scene.side(), objects))));
            }
        }
        return all;
    }

    /** The share of each patch that some objects cover, at the picture's size. */
    private ActivationMap map(int side, List<SceneObject> objects) {
        var covered =
                objects.stream().map(SceneObject::visible).reduce(Mask.empty(side, side), Mask::or);
        int patches = side / patch;
        var shares = new float[patches * patches];
        covered.stream()
                .filter(pixel -> pixel / side / patch < patches && pixel % side / patch < patches)
                .forEach(pixel ->
                        shares[pixel / side / patch * patches + pixel % side / patch] +=
                                1f / (patch * patch));
        return ActivationMap.of(shares, patches, patches, side, side);
    }

    /** Each object is found once, by the box that overlaps it most; ignored ones do not count. */
    private static Counts compared(List<SceneObject> objects, List<Box> boxes) {
        record Pair(int object, int box, double iou) {}
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < objects.size(); i++) {
            var own = objects.get(i).visible().box().orElseThrow();
            for (int j = 0; j < boxes.size(); j++) {
                pairs.add(new Pair(i, j, own.iou(boxes.get(j))));
            }
        }
        pairs.removeIf(pair -> pair.iou() < OVERLAP);
        pairs.sort((a, b) -> Double.compare(b.iou(), a.iou()));
        var isFound = new boolean[objects.size()];
        var isUsed = new boolean[boxes.size()];
        int right = 0;
        int overlooked = 0;
        for (var pair : pairs) {
            if (!isFound[pair.object()] && !isUsed[pair.box()]) {
                isFound[pair.object()] = true;
                isUsed[pair.box()] = true;
                boolean isIgnored = objects.get(pair.object()).isIgnored();
                right += isIgnored ? 0 : 1;
                overlooked += isIgnored ? 1 : 0;
            }
        }
        int wanted = (int) objects.stream().filter(object -> !object.isIgnored()).count();
        return new Counts(right, boxes.size() - overlooked, wanted);
    }
}
