package dev.millrace.workers.image.flow.tarflow.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GeluTest {
    @Test
    void it_is_the_exact_one_within_a_millionth() {
        var rows = Rows.of(1, 1024);
        for (int i = 0; i < 1024; i++) {
            rows.values()[i] = (i - 512) / 64f;
        }
        float[] x = rows.values().clone();

        Gelu.apply(rows, 1);

        for (int i = 0; i < 1024; i++) {
            double expected = x[i] * normal(x[i]);
            assertThat((double) rows.values()[i]).isCloseTo(expected, within(1.2e-6));
        }
    }

    /** The normal distribution's integral up to x, by Simpson's rule. */
    private static double normal(double x) {
        int steps = 2000;
        double width = x / steps;
        double sum = density(0) + density(x);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * density(i * width);
        }
        return 0.5 + sum * width / 3;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
