package dev.millrace.workers.segment.zip;

/** From which value on a class counts as active. */
public sealed interface ActivationCut {
    /** The greatest value that is not active. */
    float of(float[] values);

    /**
     * A multiple of the mean over the picture, but at most half way from the mean to 1: of a class
     * that fills the picture something is active too.
     *
     * @param factor the paper's is 0.7
     */
    record OfMean(double factor) implements ActivationCut {
        @Override
        public float of(float[] values) {
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            double mean = sum / values.length;
            return (float) Math.min(factor * mean, (1 + mean) / 2);
        }
    }

    /**
     * The cut between the two groups that differ most: N. Otsu, "A threshold selection method from
     * gray-level histograms", 1979. Values are in [0, 1].
     */
    record Otsu() implements ActivationCut {
        private static final int BINS = 256;

        @Override
        public float of(float[] values) {
            var counts = new long[BINS];
            double all = 0;
            for (float value : values) {
                int bin = Math.clamp((int) (value * BINS), 0, BINS - 1);
                counts[bin]++;
                all += bin;
            }
            int best = 0;
            double greatest = -1;
            long below = 0;
            double sum = 0;
            for (int bin = 0; bin < BINS - 1; bin++) {
                below += counts[bin];
                sum += (double) bin * counts[bin];
                double between = between(below, values.length - below, sum, all - sum);
                if (between > greatest) {
                    greatest = between;
                    best = bin;
                }
            }
            return (best + 1f) / BINS;
        }

        /** The variance between two groups of bins, but for a constant. */
        private static double between(long below, long above, double sumBelow, double sumAbove) {
            if (below == 0 || above == 0) {
                return 0;
            }
            double apart = sumBelow / below - sumAbove / above;
            return (double) below * above * apart * apart;
        }
    }
}
