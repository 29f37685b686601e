package dev.millrace.workers.train.scenes.sam;

import ai.djl.ndarray.NDScope;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.sam.Label;
import dev.millrace.workers.train.scenes.SceneSource;
import dev.millrace.workers.train.scenes.sam.PromptMix.Kind;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * How well a model draws the objects of scenes that it has not learned from.
 *
 * @param objects so many
 * @param boxIou mean IoU of the single mask in the box around an object
 * @param pointIou mean IoU of the best of the other masks at a point in an object's middle
 * @param chosenIou mean IoU of that one of them whose predicted IoU is the highest
 * @param boxError how far the predicted IoU of the masks in boxes is from the true one, on average
 * @param pointError the same of those at points
 */
public record HeldOutScenes(
        int objects,
        double boxIou,
        double pointIou,
        double chosenIou,
        double boxError,
        double pointError) {
    /** Of the first scenes on which settings are chosen. */
    static HeldOutScenes measure(SamModel model, int scenes) {
        var source = new SceneSource(model.config().vision().side());
        var sums = new Sums();
        LongStream.range(0, scenes)
                .mapToObj(index -> SceneLesson.of(source.validation(index)))
                .filter(scene -> !scene.masks().getOrDefault(Kind.OBJECT, List.of()).isEmpty())
                .forEach(scene -> sums.add(model, scene));
        return sums.means();
    }

    boolean isFinite() {
        return Double.isFinite(boxIou + pointIou + chosenIou + boxError + pointError);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "objects=%d boxIou=%.4f pointIou=%.4f chosenIou=%.4f boxError=%.4f pointError=%.4f",
                objects,
                boxIou,
                pointIou,
                chosenIou,
                boxError,
                pointError);
    }

    /** What was measured so far. */
    private static final class Sums {
        private int objects;
        private double boxIou;
        private double pointIou;
        private double chosenIou;
        private double boxError;
        private double pointError;

        void add(SamModel model, SceneLesson scene) {
            var meant = scene.masks().getOrDefault(Kind.OBJECT, List.of());
            objects += meant.size();
            try (var _ = new NDScope()) {
                var boxes = model.judge(batch(scene, meant, true));
                int masks = (int) boxes.get(0).getShape().get(1);
                float[] truth = boxes.get(0).toFloatArray();
                float[] said = boxes.get(1).toFloatArray();
                for (int row = 0; row < meant.size(); row++) {
                    boxIou += truth[row * masks];
                    boxError += Math.abs(truth[row * masks] - said[row * masks]);
                }
                var points = model.judge(batch(scene, meant, false));
                addPoints(points.get(0).toFloatArray(), points.get(1).toFloatArray(), masks);
            }
        }

        private void addPoints(float[] truth, float[] said, int masks) {
            for (int first = 0; first < truth.length; first += masks) {
                int best = first + 1;
                int chosen = first + 1;
                for (int at = first + 1; at < first + masks; at++) {
                    best = truth[at] > truth[best] ? at : best;
                    chosen = said[at] > said[chosen] ? at : chosen;
                    pointError += Math.abs(truth[at] - said[at]) / (masks - 1);
                }
                pointIou += truth[best];
                chosenIou += truth[chosen];
            }
        }

        HeldOutScenes means() {
            return new HeldOutScenes(
                    objects,
                    boxIou / objects,
                    pointIou / objects,
                    chosenIou / objects,
                    boxError / objects,
                    pointError / objects);
        }
    }

    /** A scene as it is, with a prompt for each mask. */
    private static SamBatch batch(SceneLesson scene, List<Mask> meant, boolean isBoxes) {
        int side = scene.side();
        var batch = SamBatch.empty(1, meant.size(), 2, side, 0, false);
        scene.paint(batch.pixels(), 0, new Symmetry(0).moved(side), 1, 0);
        for (int row = 0; row < meant.size(); row++) {
            int first = row * side * side;
            var mask = meant.get(row);
            mask.stream().forEach(pixel -> batch.targets()[first + pixel] = 1);
            if (isBoxes) {
                var box = mask.box().orElseThrow();
                batch.put(2 * row, box.left(), box.top(), SamBatch.FIRST_CORNER);
                batch.put(2 * row + 1, box.right(), box.bottom(), SamBatch.FIRST_CORNER + 1);
            } else {
                int middle = middle(mask);
                int line = middle / side;
                batch.put(2 * row, middle % side, line, Label.POSITIVE.number());
                batch.put(2 * row + 1, 0, 0, Label.NONE.number());
            }
        }
        return batch;
    }

    /** The pixel of a mask that is nearest to its centre of gravity. */
    static int middle(Mask mask) {
        double x = mask.stream().map(pixel -> pixel % mask.width()).average().orElseThrow();
        double y = mask.stream().map(pixel -> pixel / mask.width()).average().orElseThrow();
        int nearest = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int pixel : mask.stream().toArray()) {
            int line = pixel / mask.width();
            double distance = Math.hypot(pixel % mask.width() - x, line - y);
            if (distance < least) {
                least = distance;
                nearest = pixel;
            }
        }
        return nearest;
    }
}
