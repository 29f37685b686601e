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
 * <p>The nearest is found by {@code |c|^2 - 2xc}, as {@code |x|^2} is the same for all; the products
 * run along cells that lie side by side, four centroids at a time.
 *
 * @param clusters how many at most; a picture with fewer cells has as many as cells
 */
public record KMeans(int clusters) {
    static final int MAX_ITERATIONS = 100;

    /** Products of so many cells at a time stay in the nearest cache. */
    private static final int BLOCK = 256;

    private static final int TOGETHER = 4;

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
        private final float[][] centroids;
        private final int[] labels;
        private final float[] nearest;
        private final float[][] products = new float[TOGETHER][BLOCK];

        Run(Features features, int[] starts) {
            this.features = features;
            this.centroids =
                    Arrays.stream(starts)
                            .mapToObj(cell -> row(features, cell))
                            .toArray(float[][]::new);
            this.labels = new int[features.cells()];
            this.nearest = new float[BLOCK];
            Arrays.fill(labels, -1);
        }

        Clustering finish() {
            int iteration = 1;
            while (assign() && iteration <= MAX_ITERATIONS) {
                move();
                iteration++;
            }
            return new Clustering(
                    features.height(),
                    features.width(),
                    labels,
                    centroids,
                    Math.min(iteration, MAX_ITERATIONS));
        }

        /** Gives all cells to their nearest centroids; false if none changes. */
        private boolean assign() {
            boolean hasChanged = false;
            for (int from = 0; from < labels.length; from += BLOCK) {
                int count = Math.min(BLOCK, labels.length - from);
                var best = new int[count];
                Arrays.fill(nearest, Float.POSITIVE_INFINITY);
                for (int first = 0; first < centroids.length; first += TOGETHER) {
                    multiply(first, from, count);
                    choose(first, best);
                }
                for (int i = 0; i < count; i++) {
                    hasChanged |= labels[from + i] != best[i];
                    labels[from + i] = best[i];
                }
            }
            return hasChanged;
        }

        /** Products of a block of cells with four centroids; the last ones may be repeated. */
        private void multiply(int first, int from, int count) {
            for (float[] sums : products) {
                Arrays.fill(sums, 0, count, 0f);
            }
            float[] a = centroids[first];
            float[] b = centroids[Math.min(first + 1, centroids.length - 1)];
            float[] c = centroids[Math.min(first + 2, centroids.length - 1)];
            float[] d = centroids[Math.min(first + 3, centroids.length - 1)];
            for (int channel = 0; channel < features.channels(); channel++) {
                int at = channel * features.cells() + from;
                add(features.values(), at, count, products[0], a[channel], products[1], b[channel]);
                add(features.values(), at, count, products[2], c[channel], products[3], d[channel]);
            }
        }

        private static void add(
                float[] x, int at, int count, float[] p, float a, float[] q, float b) {
            for (int i = 0; i < count; i++) {
                float value = x[at + i];
                p[i] += a * value;
                q[i] += b * value;
            }
        }

        private void choose(int first, int[] best) {
            int some = Math.min(TOGETHER, centroids.length - first);
            for (int j = 0; j < some; j++) {
                float length = length(centroids[first + j]);
                for (int i = 0; i < best.length; i++) {
                    float distance = length - 2 * products[j][i];
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

        private void move() {
            var counts = new int[centroids.length];
            for (int label : labels) {
                counts[label]++;
            }
            for (int channel = 0; channel < features.channels(); channel++) {
                var sums = new double[centroids.length];
                int at = channel * features.cells();
                for (int cell = 0; cell < labels.length; cell++) {
                    sums[labels[cell]] += features.values()[at + cell];
                }
                for (int i = 0; i < sums.length; i++) {
                    if (counts[i] > 0) {
                        centroids[i][channel] = (float) (sums[i] / counts[i]);
                    }
                }
            }
        }
    }
}
