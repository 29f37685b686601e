package dev.millrace.workers.train.pictures;

import java.util.List;

/**
 * A Gaussian fitted to the features of pictures.
 *
 * @param mean [features]
 * @param covariance [features][features]
 */
@SuppressWarnings("ArrayRecordComponent") // computed once and read
record FeatureDistribution(double[] mean, double[][] covariance) {

    /** Of at least two samples, each [features]; the covariance is the unbiased one. */
    static FeatureDistribution of(List<float[]> samples) {
        int width = samples.getFirst().length;
        if (samples.size() < 2) {
            throw new IllegalArgumentException(
                    "samples must be at least 2, were " + samples.size());
        }
        var mean = new double[width];
        for (float[] sample : samples) {
            for (int i = 0; i < width; i++) {
                mean[i] += sample[i] / (double) samples.size();
            }
        }
        var covariance = new double[width][width];
        for (float[] sample : samples) {
            for (int i = 0; i < width; i++) {
                double difference = (sample[i] - mean[i]) / (samples.size() - 1);
                for (int j = 0; j < width; j++) {
                    covariance[i][j] += difference * (sample[j] - mean[j]);
                }
            }
        }
        return new FeatureDistribution(mean, covariance);
    }

    /**
     * Fréchet's distance, squared as it is usually reported (arXiv:1706.08500, equation 6): {@code
     * |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2))}.
     *
     * <p>The trace of the root is the sum of the roots of the eigenvalues of {@code C^(1/2) C'
     * C^(1/2)}, which is symmetric.
     */
    double distance(FeatureDistribution other) {
        double distance = 0;
        for (int i = 0; i < mean.length; i++) {
            double difference = mean[i] - other.mean[i];
            distance += difference * difference + covariance[i][i] + other.covariance[i][i];
        }
        var root = Eigen.of(covariance).root();
        for (double value : Eigen.of(product(product(root, other.covariance), root)).values()) {
            distance -= 2 * Math.sqrt(Math.max(0, value));
        }
        return distance;
    }

    private static double[][] product(double[][] a, double[][] b) {
        var product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    /** Eigenvalues of a symmetric matrix and their vectors, as columns. */
    @SuppressWarnings("ArrayRecordComponent") // computed once and read
    private record Eigen(double[] values, double[][] vectors) {
        private static final int MOST_ROUNDS = 60;
        private static final double NOTHING = 1e-24;

        /** Jacobi's rotations, each of which makes one pair of elements zero. */
        static Eigen of(double[][] symmetric) {
            int n = symmetric.length;
            var a = new double[n][];
            var vectors = new double[n][n];
            for (int i = 0; i < n; i++) {
                a[i] = symmetric[i].clone();
                vectors[i][i] = 1;
            }
            for (int round = 0; round < MOST_ROUNDS && outside(a) > NOTHING; round++) {
                for (int p = 0; p < n; p++) {
                    for (int q = p + 1; q < n; q++) {
                        rotate(a, vectors, p, q);
                    }
                }
            }
            var values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = a[i][i];
            }
            return new Eigen(values, vectors);
        }

        private static double outside(double[][] a) {
            double squares = 0;
            for (int i = 0; i < a.length; i++) {
                for (int j = 0; j < i; j++) {
                    squares += a[i][j] * a[i][j];
                }
            }
            return squares;
        }

        private static void rotate(double[][] a, double[][] vectors, int p, int q) {
            if (a[p][q] == 0) {
                return;
            }
            double angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
            double c = Math.cos(angle);
            double s = Math.sin(angle);
            for (int k = 0; k < a.length; k++) {
                double x = a[k][p];
                a[k][p] = c * x - s * a[k][q];
                a[k][q] = s * x + c * a[k][q];
            }
            for (int k = 0; k < a.length; k++) {
                double x = a[p][k];
                a[p][k] = c * x - s * a[q][k];
                a[q][k] = s * x + c * a[q][k];
                double v = vectors[k][p];
                vectors[k][p] = c * v - s * vectors[k][q];
                vectors[k][q] = s * v + c * vectors[k][q];
            }
        }

        /** The symmetric root of a matrix without negative eigenvalues. */
        double[][] root() {
            int n = values.length;
            var root = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    double scaled = vectors[i][k] * Math.sqrt(Math.max(0, values[k]));
                    for (int j = 0; j < n; j++) {
                        root[i][j] += scaled * vectors[j][k];
                    }
                }
            }
            return root;
        }
    }
}
