package dev.millrace.workers.segment.zip;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm on the cells of a picture by Euclidean distance, the same on every run.
 *
 * <p>It begins at cells evenly spaced in the order of rows, gives each cell to the nearest centroid
 * (of equally near ones the first), moves the centroids to the means, and ends once no cell changes
 * its cluster. A centroid without cells stays where it is.
 *
 * <p>The nearest is found by {@code |c|^2 - 2xc}, as {@code |x|^2} is the same for all; the
 * products run along cells that lie side by side, four centroids at a time ({@link Tile}).
 *
 * @param clusters how many at most; a picture with fewer cells has as many as cells
 */
public record KMeans(int clusters) {
    static final int MAX_ITERATIONS = 100;

    public KMeans {
        if (clusters < 1) {
            throw new IllegalArgumentException(
                    "there must be at least one cluster, were " + clusters);
        }
    }

    public Clustering cluster(Features features) {
        return new Run(features, starts(features, clusters)).finish();
    }

    /** The cells at {@code round(linspace(0, cells - 1, clusters))}, each once. */
    static int[] starts(Features features, int clusters) {
        double step = clusters == 1 ? 0 : (features.cells() - 1.0) / (clusters - 1);
        return IntStream.range(0, clusters)
                .map(i -> (int) Math.rint(i * step))
                .distinct()
                .toArray();
    }

    /** The values of a cell in all channels. */
    static float[] row(Features features, int cell) {
        var row = new float[features.channels()];
        for (int channel = 0; channel < row.length; channel++) {
            row[channel] = features.values()[channel * features.cells() + cell];
        }
        return row;
    }

    /** One clustering under way. */
    private static final class Run {
        private final Features features;
        private final Tile tile;
        private final float[][] centroids;
        private final int[] labels;
        private final float[] nearest = new float[Tile.CELLS];
        private final Means means;

        Run(Features features, int[] starts) {
            this.features = features;
            this.tile = new Tile(features);
            this.centroids =
                    Arrays.stream(starts)
                            .mapToObj(cell -> row(features, cell))
                            .toArray(float[][]::new);
            this.labels = new int[features.cells()];
            Arrays.fill(labels, Means.NONE);
            this.means = new Means(features, starts.length);
        }

        Clustering finish() {
            int iterations = 0;
            boolean hasChanged = true;
            while (hasChanged && iterations < MAX_ITERATIONS) {
                hasChanged = assign();
                means.move(centroids);
                iterations++;
            }
            return new Clustering(
                    features.height(), features.width(), labels, centroids, iterations);
        }

        /** Gives all cells to their nearest centroids; false if none changes. */
        private boolean assign() {
            boolean hasChanged = false;
            for (int from = 0; from < labels.length; from += Tile.CELLS) {
                int count = Math.min(Tile.CELLS, labels.length - from);
                var best = new int[count];
                tile.load(from, count);
                Arrays.fill(nearest, Float.POSITIVE_INFINITY);
                for (int first = 0; first < centroids.length; first += Tile.TOGETHER) {
                    multiply(first);
                    choose(first, best);
                }
                for (int i = 0; i < count; i++) {
                    if (labels[from + i] != best[i]) {
                        means.changed(from + i, labels[from + i], best[i]);
                        labels[from + i] = best[i];
                        hasChanged = true;
                    }
                }
            }
            return hasChanged;
        }

        /** The last centroid may stand for those that are missing. */
        private void multiply(int first) {
            int last = centroids.length - 1;
            tile.multiply(
                    centroids[first],
                    centroids[Math.min(first + 1, last)],
                    centroids[Math.min(first + 2, last)],
                    centroids[Math.min(first + 3, last)]);
        }

        private void choose(int first, int[] best) {
            int some = Math.min(Tile.TOGETHER, centroids.length - first);
            for (int j = 0; j < some; j++) {
                float length = length(centroids[first + j]);
                for (int i = 0; i < best.length; i++) {
                    float distance = length - 2 * tile.products[j][i];
                    if (distance < nearest[i]) {
                        nearest[i] = distance;
                        best[i] = first + j;
                    }
                }
            }
        }

        private static float length(float[] centroid) {
            double sum = 0;
            for (float value : centroid) {
                sum += (double) value * value;
            }
            return (float) sum;
        }
    }
}
