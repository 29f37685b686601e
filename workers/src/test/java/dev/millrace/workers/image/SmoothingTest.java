package dev.millrace.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.Patches;

import org.junit.jupiter.api.Test;

class SmoothingTest {
    private static final Patches PATCHES = new Patches(3, 1, 1);

    @Test
    void a_pixel_is_the_mean_of_itself_and_its_neighbours_within_black_and_white() {
        float[] picture = {9, 0, 0, 0, 0, 0, 0, 0, Float.NaN};

        float[] smooth = Smoothing.of(picture, PATCHES);

        assertThat(smooth)
                .containsExactly(
                        new float[] {1 / 4f, 1 / 6f, 0, 1 / 6f, 1 / 9f, 0, 0, 0, 0}, within(1e-6f));
    }
}
