package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class ActivationMapTest {
    @Test
    void similarities_are_spread_from_zero_to_one_and_mixed_up_to_the_pictures_size() {
        var map = ActivationMap.of(new float[] {-3, 1, -1, 0}, 2, 2, 8, 8);

        assertThat(map.values()[0]).isZero();
        assertThat(map.values()[7]).isEqualTo(1);
        assertThat(map.values()[56]).isEqualTo(0.5f);
        assertThat(map.above(0.5f, 2, 2).stream().toArray()).containsExactly(1, 3);
        assertThat(map.above(0.63f, 2, 2).stream().toArray()).containsExactly(3);
        assertThat(map.above(0.9f).has(0, 7)).isTrue();
    }

    @Test
    void a_picture_whose_parts_are_all_alike_is_active_nowhere() {
        var map = ActivationMap.of(new float[] {0.3f, 0.3f, 0.3f, 0.3f}, 2, 2, 5, 7);

        assertThat(map.values()).containsOnly(0);
        float cut = new ActivationCut.OfMean(0.7).of(map.values());
        assertThat(map.above(cut).isEmpty()).isTrue();
        assertThat(map.above(new ActivationCut.Otsu().of(map.values())).isEmpty()).isTrue();
    }

    @Test
    void the_published_cut_is_a_share_of_the_mean() {
        assertThat(new ActivationCut.OfMean(0.7).of(new float[] {0, 1, 1, 0}))
                .isCloseTo(0.35f, within(1e-6f));
    }

    @Test
    void a_class_that_fills_the_picture_is_active_somewhere_whatever_the_factor() {
        float[] full = {1, 1, 1, 0};

        assertThat(new ActivationCut.OfMean(1.8).of(full)).isEqualTo(0.875f);
        assertThat(new ActivationCut.OfMean(1.8).of(new float[] {0, 0, 0, 1})).isEqualTo(0.45f);
    }

    @Test
    void the_other_cut_lies_between_two_groups() {
        var random = new SplittableRandom(2);
        var values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            double centre = i < 700 ? 0.2 : 0.8;
            values[i] = (float) Math.clamp(centre + 0.05 * random.nextGaussian(), 0, 1);
        }

        assertThat(new ActivationCut.Otsu().of(values)).isBetween(0.3f, 0.7f);
    }

    @Test
    void similarities_that_are_no_numbers_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ActivationMap.of(new float[] {1, Float.NaN}, 1, 2, 4, 4))
                .withMessage("similarities must be finite, one was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ActivationMap(2, 2, new float[3]))
                .withMessageContaining("2 x 2 pixels must have as many values, had 3");
    }
}
