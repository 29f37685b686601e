package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.Scene.Findings;
import dev.millrace.workers.segment.ZipFinder;
import dev.millrace.workers.segment.ZipScene;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.sam.BoxPrompt;
import dev.millrace.workers.segment.sam.DrawnMask;
import dev.millrace.workers.segment.sam.Masks.Place;
import dev.millrace.workers.segment.sam.PointPrompt;
import dev.millrace.workers.segment.sam.Prompt;
import dev.millrace.workers.train.scenes.Detection;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneObject;

import java.util.ArrayList;
import java.util.List;

/** Ways to find things in a scene, each with the same SAM. */
final class Arms {
    static final int MOST = 100;

    private Arms() {}

    /** Looks for all classes with a recipe. */
    static List<Detection> zip(ZipFinder finder, MiniScene scene) {
        try (var looked = finder.look(Gallery.picture(scene))) {
            return told(looked.find(Gallery.CLASSES, MOST, 0));
        }
    }

    /** The same without clusters: what the boundaries bring is the difference. */
    static List<Detection> activation(ZipFinder finder, MiniScene scene) {
        try (var looked = finder.look(Gallery.picture(scene))) {
            return told(looked.findActive(Gallery.CLASSES, MOST, 0));
        }
    }

    private static List<Detection> told(Findings findings) {
        var told = new ArrayList<Detection>();
        findings.masks()
                .forEachRemaining(mask ->
                        told.add(
                                new Detection(
                                        mask.mask(),
                                        findings.present().get(mask.label()).label(),
                                        mask.score())));
        return told;
    }

    /** SAM's automatic mode, without classes. */
    static List<Detection> automatic(Candidates candidates, AutomaticRanking ranking) {
        return AutomaticTuning.detections(candidates, ranking);
    }

    /**
     * Segment, then classify: each of the automatic mode's masks has the class that explains it
     * best, and is ranked by both estimates. The strongest way without looking for anything.
     */
    static List<Detection> classified(
            ZipScene looked, Candidates candidates, AutomaticRanking ranking) {
        var present = looked.present(Gallery.CLASSES);
        if (present.isEmpty()) {
            return List.of();
        }
        var scores = looked.scores(Gallery.CLASSES, present);
        var detections = new ArrayList<Detection>();
        for (var kept : candidates.shown(ranking)) {
            var mask = kept.mask().mask();
            int best = 0;
            for (int label = 1; label < present.size(); label++) {
                boolean isBetter = scores.of(label, mask) > scores.of(best, mask);
                best = isBetter ? label : best;
            }
            double quality = Math.clamp(ranking.score(kept), 0, 1);
            detections.add(
                    new Detection(
                            mask,
                            present.get(best).label(),
                            Math.sqrt(quality * scores.of(best, mask))));
        }
        return detections;
    }

    /** The ceiling: SAM is told where each object is, by its box and a point inside it. */
    static List<Detection> oracle(ZipFinder finder, MiniScene scene) {
        try (var looked = finder.sam().embed(Gallery.picture(scene))) {
            var decoder = finder.sam().decoder(looked);
            var objects = scene.asked();
            var masks = decoder.decode(objects.stream().map(Arms::prompt).toList());
            var detections = new ArrayList<Detection>();
            for (int i = 0; i < objects.size(); i++) {
                var place = new Place(i, 0);
                var logits = masks.logits(List.of(place)).getFirst();
                var mask = Mask.above(logits, scene.side(), scene.side(), DrawnMask.THRESHOLD);
                detections.add(
                        new Detection(mask, objects.get(i).truth().label(), masks.quality(place)));
            }
            return detections;
        }
    }

    private static Prompt prompt(SceneObject object) {
        var box = object.visible().box().orElseThrow();
        var middle =
                object.visible().stream()
                        .boxed()
                        .min((a, b) -> Double.compare(distance(object, a), distance(object, b)))
                        .orElseThrow();
        int side = object.visible().width();
        return Prompt.in(new BoxPrompt(box.left(), box.top(), box.right(), box.bottom()))
                .and(PointPrompt.positive(middle % side + 0.5, (double) (middle / side) + 0.5));
    }

    /** Of a pixel from the middle of an object's box. */
    private static double distance(SceneObject object, int pixel) {
        var box = object.visible().box().orElseThrow();
        int side = object.visible().width();
        int row = pixel / side;
        int column = pixel % side;
        return Math.hypot(
                column - (box.left() + box.right()) / 2, row - (box.top() + box.bottom()) / 2);
    }
}
