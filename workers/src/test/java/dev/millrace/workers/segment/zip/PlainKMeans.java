package dev.millrace.workers.segment.zip;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm as it is told, in f64: distances one by one, and the published stop, once no
 * centroid moves by more than {@code 1e-8 + 1e-5 |c|}.
 */
final class PlainKMeans {
    private final Features features;
    private final double[][] centroids;
    private int[] labels = new int[0];
    private int iterations;

    private PlainKMeans(Features features, int clusters) {
        this.features = features;
        this.centroids =
                IntStream.of(KMeans.starts(features, clusters))
                        .mapToObj(this::row)
                        .toArray(double[][]::new);
    }

    static PlainKMeans begun(Features features, int clusters) {
        return new PlainKMeans(features, clusters);
    }

    static PlainKMeans finished(Features features, int clusters) {
        var run = begun(features, clusters);
        do {
            run.assign();
            run.iterations++;
        } while (!run.move() && run.iterations < KMeans.MAX_ITERATIONS);
        return run;
    }

    private double[] row(int cell) {
        float[] row = KMeans.row(features, cell);
        return IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray();
    }

    void assign() {
        labels = IntStream.range(0, features.cells()).map(cell -> order(cell)[0]).toArray();
    }

    int[] labels() {
        return labels.clone();
    }

    double[][] centroids() {
        return centroids;
    }

    int iterations() {
        return iterations;
    }

    /** Sum of squared distances to the own centroids. */
    double inertia() {
        return IntStream.range(0, labels.length)
                .mapToDouble(cell -> Math.pow(distance(row(cell), centroids[labels[cell]]), 2))
                .sum();
    }

    /** How much farther the second nearest centroid is than the nearest. */
    double margin(int cell) {
        var order = order(cell);
        return distance(row(cell), centroids[order[1]]) - distance(row(cell), centroids[order[0]]);
    }

    /** The nearest centroid and the second nearest. */
    private int[] order(int cell) {
        var row = row(cell);
        var distances = Arrays.stream(centroids).mapToDouble(c -> distance(row, c)).toArray();
        int first = least(distances);
        double nearest = distances[first];
        distances[first] = Double.POSITIVE_INFINITY;
        int second = least(distances);
        distances[first] = nearest;
        return new int[] {first, second};
    }

    /** Of equal ones the first. */
    private static int least(double[] distances) {
        int least = 0;
        for (int i = 1; i < distances.length; i++) {
            least = distances[i] < distances[least] ? i : least;
        }
        return least;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** True if no centroid moved. */
    private boolean move() {
        boolean isClose = true;
        for (int cluster = 0; cluster < centroids.length; cluster++) {
            int own = cluster;
            var rows =
                    IntStream.range(0, labels.length)
                            .filter(cell -> labels[cell] == own)
                            .mapToObj(this::row)
                            .toList();
            for (int channel = 0; channel < features.channels() && !rows.isEmpty(); channel++) {
                int at = channel;
                double old = centroids[own][at];
                double mean = rows.stream().mapToDouble(row -> row[at]).average().orElseThrow();
                isClose &= Math.abs(mean - old) <= 1e-8 + 1e-5 * Math.abs(old);
                centroids[own][at] = mean;
            }
        }
        return isClose;
    }
}
