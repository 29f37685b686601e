package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

class OptimizersTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        Torch.prepareThread();
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void clipping_scales_both_signs_and_all_arrays_by_the_joint_norm() {
        var one = manager.create(new float[] {-30, 0});
        var other = manager.create(new float[] {40});

        var norm = new GlobalNormClip(5).clip(List.of(one, other));

        assertThat(norm).isCloseTo(50, within(1e-4));
        assertThat(one.toFloatArray()).containsExactly(new float[] {-3, 0}, within(1e-5f));
        assertThat(other.toFloatArray()).containsExactly(new float[] {4}, within(1e-5f));
    }

    @Test
    void gradients_within_the_limit_are_left_alone() {
        var gradient = manager.create(new float[] {3, -4});

        new GlobalNormClip(5.1).clip(List.of(gradient));

        assertThat(gradient.toFloatArray()).containsExactly(3, -4);
    }

    @Test
    void a_gradient_that_is_not_finite_stops_the_run() {
        var gradient = manager.create(new float[] {1, Float.NaN});

        assertThatThrownBy(() -> new GlobalNormClip(1).clip(List.of(gradient)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NaN");
    }

    /** Algorithm 2 of the paper by hand, in doubles. */
    @Test
    void adam_moves_as_its_formula_says() {
        var weight = manager.create(new float[] {0.5f}, new Shape(1, 1));
        var adam = new AdamW(Map.of("w", weight), manager, 0.1);
        double expected = 0.5;
        double mean = 0;
        double square = 0;

        double[] gradients = {0.3, -0.2, 0.7};
        for (int step = 0; step < gradients.length; step++) {
            double g = gradients[step];
            adam.update(
                    "w",
                    weight,
                    manager.create(new float[] {(float) g}, new Shape(1, 1)),
                    step,
                    0.01);
            mean = 0.9 * mean + 0.1 * g;
            square = 0.98 * square + 0.02 * g * g;
            double unbiasedMean = mean / (1 - Math.pow(0.9, step + 1.0));
            double unbiasedSquare = square / (1 - Math.pow(0.98, step + 1.0));
            expected =
                    expected * (1 - 0.01 * 0.1)
                            - 0.01 * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
        }

        assertThat(weight.toFloatArray()[0]).isCloseTo((float) expected, within(1e-6f));
    }

    @Test
    void adam_does_not_decay_gains() {
        var gain = manager.create(new float[] {1, 1});
        var adam = new AdamW(Map.of("g", gain), manager, 0.1);

        adam.update("g", gain, manager.zeros(new Shape(2)), 0, 0.01);

        assertThat(gain.toFloatArray()).containsExactly(1, 1);
    }

    /** Whatever the gradient's own scale, all directions of a Muon step are about equally long. */
    @Test
    void muon_moves_a_matrix_by_nearly_the_same_length_in_every_direction() {
        var weight = manager.zeros(new Shape(8, 4));
        var muon = new Muon(Map.of("w", weight), manager, 0);

        muon.update("w", weight, stretched(8, 4), 0.01);

        var step = weight.div(0.01 * 0.2 * Math.sqrt(8));
        var gram = step.transpose().matMul(step);
        for (int i = 0; i < 4; i++) {
            assertThat(gram.getFloat(i, i)).isBetween(0.4f, 1.6f);
            for (int j = 0; j < i; j++) {
                assertThat(gram.getFloat(i, j)).isBetween(-0.45f, 0.45f);
            }
        }
    }

    /** A matrix whose first column is ten times as long as the others. */
    private NDArray stretched(int rows, int columns) {
        var random = new SplittableRandom(4);
        var values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((i % columns == 0 ? 10 : 1) * random.nextGaussian());
        }
        return manager.create(values, new Shape(rows, columns));
    }
}
