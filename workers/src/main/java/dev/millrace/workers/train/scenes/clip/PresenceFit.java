package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.Presence;

import java.util.List;

/**
 * Logistic regression of whether a class is there on how alike it is to the picture and to the most
 * alike cell: Newton's method with a small penalty, without which classes that separate perfectly
 * would have no fit.
 *
 * @param cosine weight of the picture's cosine
 * @param greatest weight of the greatest similarity of a cell
 * @param constant what is added
 */
record PresenceFit(double cosine, double greatest, double constant) {
    private static final double PENALTY = 1e-4;
    private static final int STEPS = 60;
    private static final double RECALL = 0.98;

    /** A class in a picture where it is known whether it is there. */
    record Example(double cosine, double greatest, boolean isPresent) {}

    /** Neither weight is negative: where cells say nothing of their own, they are left out. */
    static PresenceFit of(List<Example> examples) {
        if (examples.stream().map(Example::isPresent).distinct().count() < 2) {
            throw new IllegalArgumentException("there must be classes that are there and others");
        }
        var fit = fitted(examples, true);
        fit = fit.greatest < 0 ? fitted(examples, false) : fit;
        if (!(fit.cosine > 0)) {
            throw new IllegalStateException(
                    "a class that is there must be more alike, but the weight is " + fit.cosine);
        }
        return fit;
    }

    private static PresenceFit fitted(List<Example> examples, boolean withCells) {
        var weights = new double[3];
        for (int step = 0; step < STEPS; step++) {
            var gradient = new double[3];
            var curvature = new double[3][3];
            for (var example : examples) {
                double[] x = {example.cosine(), withCells ? example.greatest() : 0, 1};
                double p = logistic(weights[0] * x[0] + weights[1] * x[1] + weights[2]);
                for (int i = 0; i < 3; i++) {
                    gradient[i] += ((example.isPresent() ? 1 : 0) - p) * x[i];
                    for (int j = 0; j < 3; j++) {
                        curvature[i][j] += p * (1 - p) * x[i] * x[j];
                    }
                }
            }
            for (int i = 0; i < 3; i++) {
                double penalty = PENALTY * examples.size() / 100;
                gradient[i] -= penalty * weights[i];
                curvature[i][i] += penalty;
            }
            double[] move = solved(curvature, gradient);
            for (int i = 0; i < 3; i++) {
                weights[i] += move[i];
            }
        }
        return new PresenceFit(weights[0], weights[1], weights[2]);
    }

    /** Gauss's elimination of a positive definite system; both are used up. */
    private static double[] solved(double[][] matrix, double... right) {
        int n = right.length;
        for (int i = 0; i < n; i++) {
            for (int row = i + 1; row < n; row++) {
                double factor = matrix[row][i] / matrix[i][i];
                for (int column = i; column < n; column++) {
                    matrix[row][column] -= factor * matrix[i][column];
                }
                right[row] -= factor * right[i];
            }
        }
        var solution = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double sum = right[i];
            for (int column = i + 1; column < n; column++) {
                sum -= matrix[i][column] * solution[column];
            }
            solution[i] = sum / matrix[i][i];
        }
        return solution;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** As a model's folder says it; {@code least} keeps 98 of 100 classes that are there. */
    Presence presence(List<Example> examples, int most) {
        var fit = new Presence(cosine, -constant / cosine, greatest / cosine, 0, most);
        var likelihoods =
                examples.stream()
                        .filter(Example::isPresent)
                        .map(one -> fit.likelihood(one.cosine(), one.greatest()))
                        .sorted()
                        .toList();
        double least = likelihoods.get((int) ((1 - RECALL) * likelihoods.size()));
        return new Presence(fit.scale(), fit.middle(), fit.parts(), least, most);
    }
}
