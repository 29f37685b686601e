package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResizeTest {
    @Test
    void places_between_old_ones_are_mixed_and_the_edges_go_on() {
        float[] wide = Resize.bilinear(new float[] {0, 4}, 1, 2, 1, 8);

        assertThat(wide).containsExactly(0, 0, 0.5f, 1.5f, 2.5f, 3.5f, 4, 4);
        assertThat(Resize.bilinear(new float[] {0, 4}, 2, 1, 8, 1)).containsExactly(wide);
    }

    @Test
    void the_same_size_changes_nothing_and_a_constant_stays_one() {
        float[] values = {1, 5, 2, 7, 3, 9};

        assertThat(Resize.bilinear(values, 2, 3, 2, 3)).containsExactly(values);
        assertThat(Resize.nearest(values, 2, 3, 2, 3)).containsExactly(values);
        for (float value : Resize.bilinear(new float[] {3, 3, 3, 3}, 2, 2, 5, 7)) {
            assertThat(value).isCloseTo(3, within(1e-6f));
        }
    }

    @Test
    void the_nearest_old_place_is_the_one_at_the_corner() {
        assertThat(Resize.nearest(4, 3)).containsExactly(0, 1, 2);
        assertThat(Resize.nearest(3, 4)).containsExactly(0, 0, 1, 2);
        assertThat(Resize.nearest(new float[] {1, 2, 3, 4}, 2, 2, 1, 4))
                .containsExactly(1, 1, 2, 2);
    }

    @Test
    void values_that_do_not_fill_the_grid_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resize.bilinear(new float[5], 2, 3, 4, 4))
                .withMessageContaining("2 x 3 places need 6 values, were 5");
    }
}
