package dev.millrace.workers.train.scenes;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which detections of a picture find an object, at each required overlap: COCO's greedy rule. The
 * best detection first takes the free object that it overlaps most; one that only meets ignored
 * objects, or meets none and is of another size than asked for, is overlooked itself.
 */
final class Matching {
    /** The overlaps that are required: 0.5, 0.55 ... 0.95. */
    static final int OVERLAPS = 10;

    static final int MAX_DETECTIONS = 100;
    private static final double FIRST = 0.5;
    private static final double LAST = 0.95;
    private static final int NONE = -1;

    /** What becomes of a detection. */
    enum Fate {
        FOUND,
        WRONG,
        OVERLOOKED
    }

    private final List<Detection> detections;
    private final List<Truth> truths;
    private final Sizes sizes;
    private final double[][] overlaps;

    /** Of one picture and one class, or of all classes as one. */
    Matching(List<Detection> detections, List<Truth> truths, Sizes sizes) {
        this.sizes = sizes;
        this.detections =
                detections.stream()
                        .sorted(Comparator.comparingDouble((Detection each) -> -each.score()))
                        .limit(MAX_DETECTIONS)
                        .toList(); // stable: of equal scores the earlier first
        this.truths =
                Stream.concat(
                                truths.stream().filter(truth -> !isIgnored(truth)),
                                truths.stream().filter(this::isIgnored))
                        .toList();
        this.overlaps = new double[this.detections.size()][this.truths.size()];
        for (int i = 0; i < overlaps.length; i++) {
            for (int j = 0; j < this.truths.size(); j++) {
                overlaps[i][j] = overlap(this.detections.get(i), this.truths.get(j));
            }
        }
    }

    static double required(int overlap) {
        return FIRST + overlap * ((LAST - FIRST) / (OVERLAPS - 1)); // to the bit as in pycocotools
    }

    /** Detections in the order of their scores. */
    List<Detection> detections() {
        return detections;
    }

    /** How many objects are to be found. */
    int objects() {
        return (int) truths.stream().filter(truth -> !isIgnored(truth)).count();
    }

    private boolean isIgnored(Truth truth) {
        return truth.isIgnored() || !sizes.hold(truth.mask().area());
    }

    /** Of a region to be ignored, the share of the detection that lies in it. */
    private static double overlap(Detection detection, Truth truth) {
        if (!truth.isIgnored()) {
            return detection.mask().iou(truth.mask());
        }
        int area = detection.mask().area();
        return area == 0 ? 0 : (double) detection.mask().intersection(truth.mask()) / area;
    }

    /** What becomes of each detection where so much overlap is required. */
    Fate[] fates(double required) {
        var isTaken = new boolean[truths.size()];
        var fates = new Fate[detections.size()];
        for (int i = 0; i < fates.length; i++) {
            int match = match(i, required, isTaken);
            if (match == NONE) {
                boolean isAsked = sizes.hold(detections.get(i).mask().area());
                fates[i] = isAsked ? Fate.WRONG : Fate.OVERLOOKED;
            } else {
                isTaken[match] = true;
                fates[i] = isIgnored(truths.get(match)) ? Fate.OVERLOOKED : Fate.FOUND;
            }
        }
        return fates;
    }

    /** The free object it overlaps most, of equal ones the last; ignored ones only if no other. */
    private int match(int detection, double required, boolean[] isTaken) {
        int match = NONE;
        double most = Math.min(required, 1 - 1e-10);
        for (int j = 0; j < truths.size(); j++) {
            var truth = truths.get(j);
            if (match != NONE && isIgnored(truth) && !isIgnored(truths.get(match))) {
                return match;
            }
            boolean isFree = !isTaken[j] || truth.isIgnored();
            if (isFree && overlaps[detection][j] >= most) {
                most = overlaps[detection][j];
                match = j;
            }
        }
        return match;
    }
}
