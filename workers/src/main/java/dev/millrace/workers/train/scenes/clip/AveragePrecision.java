package dev.millrace.workers.train.scenes.clip;

import java.util.Comparator;
import java.util.List;

/** How well scores put what is right before what is not. */
final class AveragePrecision {
    /** Something with a score. */
    record Scored(double score, boolean isRight) {}

    private AveragePrecision() {}

    /**
     * The mean, over all that is right, of the share of right ones among those with at least its
     * score; of equal scores the wrong ones come first. Not a number if nothing is right.
     */
    static double of(List<Scored> all) {
        var ranked =
                all.stream()
                        .sorted(
                                Comparator.comparingDouble(Scored::score)
                                        .reversed()
                                        .thenComparing(Scored::isRight))
                        .toList();
        double sum = 0;
        int right = 0;
        for (int i = 0; i < ranked.size(); i++) {
            if (ranked.get(i).isRight()) {
                right++;
                sum += (double) right / (i + 1);
            }
        }
        return sum / right;
    }
}
