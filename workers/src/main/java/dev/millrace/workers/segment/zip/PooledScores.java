package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

/**
 * A class's presence in the picture, times how well the class explains what the mask covers: the
 * softmax over classes of the similarities of the picture's parts, averaged over the mask.
 */
public final class PooledScores implements ClassScores {
    private final PresenceScores presence;
    private final float[] similarities;
    private final int rows;
    private final int columns;
    private final double scale;

    /**
     * @param similarities [rows, columns, classes]; handed over, not to be changed afterwards
     * @param scale what similarities are multiplied by before the softmax
     */
    public PooledScores(
            PresenceScores presence, float[] similarities, int rows, int columns, double scale) {
        if (similarities.length != rows * columns * presence.presence().size()) {
            throw new IllegalArgumentException(
                    "%d x %d parts and %d classes need %d similarities, were %d"
                            .formatted(
                                    rows,
                                    columns,
                                    presence.presence().size(),
                                    rows * columns * presence.presence().size(),
                                    similarities.length));
        }
        this.presence = presence;
        this.similarities = similarities;
        this.rows = rows;
        this.columns = columns;
        this.scale = scale;
    }

    @Override
    public double bound(int label) {
        return presence.bound(label);
    }

    @Override
    public double of(int label, Mask mask) {
        if (mask.isEmpty()) {
            return 0;
        }
        var means = means(mask);
        double all = 0;
        for (double mean : means) {
            all += Math.exp(scale * (mean - means[label]));
        }
        return bound(label) / all;
    }

    private double[] means(Mask mask) {
        int classes = presence.presence().size();
        var counts = new int[rows * columns];
        mask.stream()
                .forEach(pixel -> {
                    long row = (long) (pixel / mask.width()) * rows / mask.height();
                    long column = (long) (pixel % mask.width()) * columns / mask.width();
                    counts[(int) (row * columns + column)]++;
                });
        var means = new double[classes];
        double area = mask.area();
        for (int part = 0; part < counts.length; part++) {
            for (int label = 0; counts[part] > 0 && label < classes; label++) {
                means[label] += counts[part] / area * similarities[part * classes + label];
            }
        }
        return means;
    }
}
