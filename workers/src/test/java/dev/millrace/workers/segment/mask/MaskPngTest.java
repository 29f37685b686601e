package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import javax.imageio.ImageIO;

class MaskPngTest {
    @Test
    void a_mask_is_white_on_black_with_one_bit_a_pixel() throws IOException {
        for (var mask : Samples.random(20).toList()) {
            var png = MaskPng.of(mask);

            var picture = ImageIO.read(new ByteArrayInputStream(png.bytes()));
            assertThat(picture.getColorModel().getPixelSize()).isEqualTo(1);
            assertThat(
                            Mask.of(
                                    picture.getHeight(),
                                    picture.getWidth(),
                                    at ->
                                            (picture.getRGB(at % mask.width(), at / mask.width())
                                                            & 0xFFFFFF)
                                                    == 0xFFFFFF))
                    .isEqualTo(mask);
            assertThat(MaskPng.of(mask)).isEqualTo(png);
        }
    }
}
