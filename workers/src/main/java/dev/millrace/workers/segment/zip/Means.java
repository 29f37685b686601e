package dev.millrace.workers.segment.zip;

/** Sums over clusters, kept up to date by the cells that change: they soon are few. */
final class Means {
    /** The cluster of a cell that has none yet. */
    static final int NONE = -1;

    private final Features features;
    private final int[] counts;
    private final double[][] sums;
    private final int[] cells;
    private final int[] from;
    private final int[] to;
    private int changes;

    Means(Features features, int clusters) {
        this.features = features;
        this.counts = new int[clusters];
        this.sums = new double[features.channels()][clusters];
        this.cells = new int[features.cells()];
        this.from = new int[features.cells()];
        this.to = new int[features.cells()];
    }

    /** A cell goes from one cluster to another. */
    void changed(int cell, int old, int now) {
        cells[changes] = cell;
        from[changes] = old;
        to[changes] = now;
        changes++;
        counts[now]++;
        if (old != NONE) {
            counts[old]--;
        }
    }

    /** Moves the centroids [clusters, channels] that have cells to their means. */
    void move(float[][] centroids) {
        for (int channel = 0; channel < sums.length; channel++) {
            double[] sum = sums[channel];
            int at = channel * features.cells();
            for (int i = 0; i < changes; i++) {
                double value = features.values()[at + cells[i]];
                sum[to[i]] += value;
                if (from[i] != NONE) {
                    sum[from[i]] -= value;
                }
            }
            for (int cluster = 0; cluster < counts.length; cluster++) {
                if (counts[cluster] > 0) {
                    centroids[cluster][channel] = (float) (sum[cluster] / counts[cluster]);
                }
            }
        }
        changes = 0;
    }
}
