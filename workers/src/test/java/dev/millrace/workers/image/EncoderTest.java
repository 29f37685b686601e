package dev.millrace.workers.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.image.flow.Patches;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.SplittableRandom;

import javax.imageio.ImageIO;

/** Held against the JDK's own reader. */
class EncoderTest {
    private static final int SIDE = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void what_is_written_is_read_as_the_same_pixels(int channels) throws IOException {
        var values = values(channels);

        var png = new Encoder(new Patches(SIDE, channels, 1)).encode(values);

        var image = ImageIO.read(new ByteArrayInputStream(png.bytes()));
        assertThat(image.getWidth()).isEqualTo(SIDE);
        assertThat(image.getHeight()).isEqualTo(SIDE);
        assertThat(image.getRaster().getNumBands()).isEqualTo(channels);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    float value = values[(channel * SIDE + y) * SIDE + x];
                    assertThat(image.getRaster().getSample(x, y, channel))
                            .isEqualTo(Math.round(127.5f * (Math.clamp(value, -1f, 1f) + 1)));
                }
            }
        }
    }

    /** Some of them beyond what can be shown. */
    private static float[] values(int channels) {
        var random = new SplittableRandom(3);
        var values = new float[channels * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1.5, 1.5);
        }
        return values;
    }
}
