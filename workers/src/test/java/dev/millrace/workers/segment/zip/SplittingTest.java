package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Samples;

import org.junit.jupiter.api.Test;

class SplittingTest {
    private static final Splitting SPLITTING = new Splitting(0.6, 0.75);

    @Test
    void distances_are_those_to_the_nearest_cell_outside() {
        Samples.random(100)
                .filter(mask -> mask.pixels() < 1500)
                .forEach(mask -> {
                    float[] distances = DistanceTransform.of(mask);
                    for (int cell = 0; cell < mask.pixels(); cell++) {
                        assertThat((double) distances[cell])
                                .isCloseTo(nearestOutside(mask, cell), within(1e-4));
                    }
                });
    }

    private static double nearestOutside(Mask mask, int cell) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int row = -1; row <= mask.height(); row++) {
            for (int column = -1; column <= mask.width(); column++) {
                boolean isOnGrid =
                        row >= 0 && column >= 0 && row < mask.height() && column < mask.width();
                if (!isOnGrid || !mask.has(row, column)) {
                    double down = row - cell / mask.width();
                    double across = column - cell % mask.width();
                    nearest = Math.min(nearest, Math.hypot(down, across));
                }
            }
        }
        return mask.has(cell) ? nearest : 0;
    }

    @Test
    void two_discs_that_touch_are_two_and_each_cell_is_in_one_of_them() {
        var left = Scene.disc(30, 50, 14, 14, 9);
        var right = Scene.disc(30, 50, 15, 31, 10);

        var parts = SPLITTING.split(left.or(right));

        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).intersection(parts.get(1))).isZero();
        assertThat(parts.get(0).or(parts.get(1))).isEqualTo(left.or(right));
        var ofLeft = parts.stream().filter(part -> part.has(14, 14)).findFirst().orElseThrow();
        assertThat(ofLeft.iou(left)).isGreaterThan(0.9);
    }

    @Test
    void three_in_a_row_are_three() {
        var row =
                Scene.disc(30, 60, 12, 10, 8)
                        .or(Scene.disc(30, 60, 14, 24, 8))
                        .or(Scene.disc(30, 60, 16, 38, 8));

        assertThat(SPLITTING.split(row)).hasSize(3);
    }

    @Test
    void what_has_no_neck_stays_whole() {
        assertThat(SPLITTING.split(Scene.disc(40, 40, 20, 20, 15))).hasSize(1);
        assertThat(SPLITTING.split(Samples.mask("##########", "##########", "##########")))
                .hasSize(1);
        assertThat(SPLITTING.split(Samples.mask("#"))).hasSize(1);
    }

    @Test
    void a_small_bump_is_no_part() {
        var bumped = Scene.disc(40, 50, 20, 16, 14).or(Scene.disc(40, 50, 20, 33, 4));

        assertThat(SPLITTING.split(bumped)).hasSize(1);
    }

    @Test
    void nothing_is_split_where_that_is_off() {
        var two = Scene.disc(30, 50, 14, 14, 9).or(Scene.disc(30, 50, 15, 31, 10));

        assertThat(Splitting.NONE.split(two)).containsExactly(two);
    }
}
