package dev.millrace.workers.train.scenes.sam;

import java.util.ArrayList;

/** The formulas of {@link SamLoss} one by one, pixel by pixel, in double precision. */
final class PlainLoss {
    private PlainLoss() {}

    /**
     * What one prompt's first round costs.
     *
     * @param cost of the best mask
     * @param error of the predicted IoUs
     * @param best mask
     */
    record Grade(double cost, double error, int best) {}

    /** {@code 20 focal + dice}. */
    static double cost(float[] logits, float[] target) {
        double focal = 0;
        double both = 0;
        double seen = 0;
        double meant = 0;
        for (int i = 0; i < logits.length; i++) {
            double p = 1 / (1 + Math.exp(-logits[i]));
            double t = target[i];
            double surprise = -t * Math.log(p) - (1 - t) * Math.log(1 - p);
            focal += (p - t) * (p - t) * surprise / logits.length;
            both += p * t;
            seen += p;
            meant += t;
        }
        return 20 * focal + 1 - (2 * both + 1) / (seen + meant + 1);
    }

    static double iou(float[] logits, float[] target) {
        double both = 0;
        double either = 0;
        for (int i = 0; i < logits.length; i++) {
            boolean isSeen = logits[i] > 0;
            boolean isMeant = target[i] > 0;
            both += isSeen && isMeant ? 1 : 0;
            either += isSeen || isMeant ? 1 : 0;
        }
        return both / Math.max(1, either);
    }

    /** Bilinear, pixels' corners aligned with nothing: centres are at halves. */
    static float[] enlarged(float[] small, int from, int to) {
        var large = new float[to * to];
        for (int row = 0; row < to; row++) {
            for (int column = 0; column < to; column++) {
                double y = Math.max(0, (row + 0.5) * from / to - 0.5);
                double x = Math.max(0, (column + 0.5) * from / to - 0.5);
                int top = (int) y;
                int left = (int) x;
                int below = Math.min(top + 1, from - 1);
                int right = Math.min(left + 1, from - 1);
                double v = y - top;
                double u = x - left;
                large[row * to + column] =
                        (float)
                                ((1 - v) * (1 - u) * small[top * from + left]
                                        + (1 - v) * u * small[top * from + right]
                                        + v * (1 - u) * small[below * from + left]
                                        + v * u * small[below * from + right]);
            }
        }
        return large;
    }

    /** Means of squares of pixels. */
    static float[] shrunk(float[] large, int from, int to) {
        int step = from / to;
        var small = new float[to * to];
        for (int pixel = 0; pixel < large.length; pixel++) {
            int at = pixel / from / step * to + pixel % from / step;
            small[at] += large[pixel] / (step * step);
        }
        return small;
    }

    /** One prompt's masks, [masks][small * small], against [side * side]. */
    static Grade grade(float[][] masks, float[] said, float[] target, float... answers) {
        int small = (int) Math.sqrt(masks[0].length);
        int side = (int) Math.sqrt(target.length);
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        double error = 0;
        int counted = 0;
        for (int mask = 0; mask < masks.length; mask++) {
            if (answers[mask] == 0) {
                continue;
            }
            double cost = cost(masks[mask], shrunk(target, side, small));
            if (cost < least) {
                least = cost;
                best = mask;
            }
            double truth = iou(enlarged(masks[mask], small, side), target);
            error += (said[mask] - truth) * (said[mask] - truth);
            counted++;
        }
        double cost = cost(enlarged(masks[best], small, side), target);
        return new Grade(cost, error / counted, best);
    }

    /**
     * The pixel at which a mask is corrected: that with the given share of the wrong ones before
     * it.
     */
    static int mistake(float[] mask, float[] target, double share) {
        int side = (int) Math.sqrt(target.length);
        var large = enlarged(mask, (int) Math.sqrt(mask.length), side);
        var wrong = new ArrayList<Integer>();
        var meant = new ArrayList<Integer>();
        for (int pixel = 0; pixel < target.length; pixel++) {
            if (large[pixel] > 0 != target[pixel] > 0) {
                wrong.add(pixel);
            }
            if (target[pixel] > 0) {
                meant.add(pixel);
            }
        }
        var candidates = wrong.isEmpty() ? meant : wrong;
        return candidates.get((int) (share * candidates.size()));
    }
}
