package dev.millrace.workers.segment.picture;

import static dev.millrace.workers.segment.picture.PictureFiles.MANY;
import static dev.millrace.workers.segment.picture.PictureFiles.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.awt.image.BufferedImage;

/** Pictures come out of their files as people see them, whatever the format. */
class PictureDecoderTest {
    @ParameterizedTest
    @CsvSource({"png, 10", "jpeg, 10", "png, 11"}) // of a byte, of two
    void a_grey_picture_has_three_equal_colours_as_they_are_stored(String format, int type) {
        var grey = new BufferedImage(16, 16, type);
        int unit = type == BufferedImage.TYPE_USHORT_GRAY ? 257 : 1;
        for (int i = 0; i < 256; i++) {
            grey.getRaster().setSample(i % 16, i / 16, 0, 128 * unit);
        }

        var picture = PictureDecoder.decode(file(grey, format), MANY);

        assertThat(picture.rgb()).containsOnly((byte) 128);
    }

    @Test
    void more_pixels_than_allowed_are_refused_with_both_numbers() {
        var file = file(new BufferedImage(11, 10, BufferedImage.TYPE_INT_RGB), "png");

        assertThatThrownBy(() -> PictureDecoder.decode(file, 109))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessage("a picture must have at most 109 pixels, had 110");
    }
}
