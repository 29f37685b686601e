package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

class FeatureDistributionTest {
    private static final double[][] UNIT = {{1, 0}, {0, 1}};

    @Test
    void a_distribution_is_at_no_distance_from_itself() {
        double[][] covariance = {{2, 0.7}, {0.7, 1}};
        var some = new FeatureDistribution(new double[] {1, -3}, covariance);

        assertThat(some.distance(some)).isCloseTo(0, within(1e-12));
    }

    @Test
    void equal_covariances_leave_the_squared_distance_of_the_means() {
        var some = new FeatureDistribution(new double[] {1, 2}, UNIT);
        var other = new FeatureDistribution(new double[] {4, -2}, UNIT);

        assertThat(some.distance(other)).isCloseTo(25, within(1e-12));
    }

    @Test
    void along_one_axis_it_is_the_difference_of_the_deviations_squared() {
        var some = new FeatureDistribution(new double[1], new double[][] {{9}});
        var other = new FeatureDistribution(new double[1], new double[][] {{4}});

        assertThat(some.distance(other)).isCloseTo(1, within(1e-12));
    }

    @Test
    void ellipses_that_are_turned_by_a_right_angle_are_compared_axis_by_axis() {
        double[][] wide = {{16, 0}, {0, 1}};
        double[][] tall = {{1, 0}, {0, 16}};
        var some = new FeatureDistribution(new double[2], wide);
        var other = new FeatureDistribution(new double[2], tall);

        assertThat(some.distance(other)).isCloseTo(18, within(1e-12)); // (4 - 1)^2 twice
    }

    @Test
    void covariances_that_do_not_commute_give_the_root_of_their_product() {
        double[][] flat = {{1, 0}, {0, 0}};
        double[][] slanted = {{0.5, 0.5}, {0.5, 0.5}}; // a unit line at 45 degrees
        var some = new FeatureDistribution(new double[2], flat);
        var other = new FeatureDistribution(new double[2], slanted);

        assertThat(some.distance(other)).isCloseTo(2 - 2 * Math.sqrt(0.5), within(1e-7));
        assertThat(other.distance(some)).isCloseTo(some.distance(other), within(1e-7));
    }

    @Test
    void mean_and_covariance_are_those_of_the_samples() {
        var fitted =
                FeatureDistribution.of(
                        List.of(
                                new float[] {1, 0},
                                new float[] {3, 0},
                                new float[] {2, 3},
                                new float[] {2, -3}));

        assertThat(fitted.mean()).containsExactly(2, 0);
        assertThat(fitted.covariance()[0][0]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(fitted.covariance()[1][1]).isCloseTo(6, within(1e-12));
        assertThat(fitted.covariance()[0][1]).isZero();
        assertThatThrownBy(() -> FeatureDistribution.of(List.of(new float[2])))
                .hasMessageContaining("samples must be at least 2, were 1");
    }
}
