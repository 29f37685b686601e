package dev.millrace.workers.segment.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.picture.PixelScript.Filter;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

class PixelScriptTest {
    private static final Picture PICTURE =
            new Picture(2, 1, new byte[] {0, 10, (byte) 255, 100, 30, 5});

    @BeforeEach
    void prepareThread() {
        Torch.prepareThread();
    }

    @Test
    void colours_become_planes_normalised_and_padded_afterwards() {
        try (var scope = Torch.newScope(Devices.cpu())) {
            var script = new PixelScript(scope);
            var normalization = new Normalization(List.of(10., 20., 5.), List.of(10., 10., 50.));

            var colours = script.colours(scope, PICTURE);
            var normalized = script.normalized(scope, colours, normalization);
            var padded = script.padded(scope, normalized, 2, 3);

            assertThat(colours.toFloatArray()).containsExactly(0, 100, 10, 30, 255, 5);
            assertThat(normalized.toFloatArray()).containsExactly(-1, 9, -1, 1, 5, 0);
            assertThat(padded.toFloatArray())
                    .containsExactly(-1, 9, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void a_picture_made_smaller_is_smoothed_and_one_of_the_right_size_stays() {
        try (var scope = Torch.newScope(Devices.cpu())) {
            var script = new PixelScript(scope);
            var colours = script.colours(scope, PICTURE);

            var one = script.resized(scope, colours, 1, 1, Filter.BILINEAR);

            assertThat(one.toFloatArray()).containsExactly(50, 20, 130);
            assertThat(script.resized(scope, colours, 1, 2, Filter.BICUBIC)).isSameAs(colours);
            float[] large = script.resized(scope, colours, 3, 8, Filter.BICUBIC).toFloatArray();
            assertThat(large).hasSize(3 * 3 * 8);
            for (float value : large) {
                assertThat(value).isBetween(0f, 255f).isEqualTo(Math.round(value));
            }
        }
    }

    @Test
    void a_plane_is_resized_as_areas() {
        float[] plane = {0, 4, 8, 12};

        assertThat(Bilinear.resize(plane, 2, 2, 2, 2)).containsExactly(plane);
        assertThat(Bilinear.resize(plane, 2, 2, 1, 1)).containsExactly(6);
        assertThat(Bilinear.resize(plane, 1, 4, 1, 8))
                .containsExactly(new float[] {0, 1, 3, 5, 7, 9, 11, 12}, within(1e-5f));
        assertThatThrownBy(() -> Bilinear.resize(plane, 3, 2, 2, 2))
                .hasMessage("a plane of 3 x 2 must have as many values, had 4");
    }

    @Test
    void a_picture_must_have_its_bytes() {
        assertThatThrownBy(() -> new Picture(2, 2, new byte[11]))
                .hasMessageContaining("had 11 bytes");
        assertThatThrownBy(() -> new Normalization(List.of(1.), List.of(1.)))
                .hasMessageContaining("three colours");
    }
}
