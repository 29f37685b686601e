package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.ActivationCut;
import dev.millrace.workers.segment.zip.ActivationMap;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneObject;

import java.util.List;

/**
 * A scene and what a CLIP says of it.
 *
 * @param cosines of the picture with each class
 * @param similarity of its cells with each class
 * @param grid cells along a side
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record SeenScene(MiniScene scene, double[] cosines, Similarity similarity, int grid) {
    /** In the order of cosines and similarities. */
    static final List<SceneClass> KINDS = List.of(SceneClass.values());

    double cosine(SceneClass kind) {
        return cosines[KINDS.indexOf(kind)];
    }

    /** How alike the most alike cell is. */
    double greatest(SceneClass kind) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float cell : similarity.cells(KINDS.indexOf(kind))) {
            greatest = Math.max(greatest, cell);
        }
        return greatest;
    }

    boolean isAsked(SceneClass kind) {
        return scene.asked().stream().anyMatch(object -> object.kind() == kind);
    }

    /** Whether it is neither there nor not there: too small or too hidden. */
    boolean isUnclear(SceneClass kind) {
        return !isAsked(kind) && !where(kind).isEmpty();
    }

    /** All pixels of a class. */
    Mask where(SceneClass kind) {
        return scene.objects().stream()
                .filter(object -> object.kind() == kind)
                .map(SceneObject::visible)
                .reduce(Mask.empty(scene.side(), scene.side()), Mask::or);
    }

    private ActivationMap map(SceneClass kind) {
        return ActivationMap.of(
                similarity.cells(KINDS.indexOf(kind)), grid, grid, scene.side(), scene.side());
    }

    /** Whether the map's greatest value lies in the class. */
    boolean points(SceneClass kind) {
        var values = map(kind).values();
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return where(kind).has(best);
    }

    /** How well the map above a cut covers the class: intersection over union. */
    double cover(SceneClass kind, ActivationCut cut) {
        var map = map(kind);
        return map.above(cut.of(map.values())).iou(where(kind));
    }
}
