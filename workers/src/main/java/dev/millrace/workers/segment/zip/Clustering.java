package dev.millrace.workers.segment.zip;

import java.util.Arrays;

/**
 * Which cluster each cell of a picture belongs to.
 *
 * <p>The centroids are the means of those clusters: one step ahead of the labels, which were given
 * by the centroids before.
 */
public final class Clustering {
    private final int height;
    private final int width;
    private final int[] labels;
    private final float[][] centroids;
    private final int iterations;

    /**
     * @param labels [height, width], each from 0 to below the number of centroids; handed over
     * @param centroids [clusters, channels]; handed over
     */
    public Clustering(int height, int width, int[] labels, float[][] centroids, int iterations) {
        if (labels.length != height * width
                || Arrays.stream(labels).anyMatch(at -> at < 0 || at >= centroids.length)) {
            throw new IllegalArgumentException(
                    "%d x %d cells need as many labels from 0 to %d, were %d"
                            .formatted(height, width, centroids.length - 1, labels.length));
        }
        this.height = height;
        this.width = width;
        this.labels = labels;
        this.centroids = centroids;
        this.iterations = iterations;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int clusters() {
        return centroids.length;
    }

    /** Which cluster a cell belongs to. */
    public int label(int cell) {
        return labels[cell];
    }

    public int[] labels() {
        return labels.clone();
    }

    /** [clusters, channels] */
    public float[][] centroids() {
        return Arrays.stream(centroids).map(float[]::clone).toArray(float[][]::new);
    }

    /** How often cells were given to clusters. */
    public int iterations() {
        return iterations;
    }
}
