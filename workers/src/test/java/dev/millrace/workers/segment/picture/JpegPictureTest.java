package dev.millrace.workers.segment.picture;

import static dev.millrace.workers.segment.picture.PictureFiles.MANY;
import static dev.millrace.workers.segment.picture.PictureFiles.file;
import static dev.millrace.workers.segment.picture.PictureFiles.red;
import static dev.millrace.workers.segment.picture.PictureFiles.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.protocol.PictureFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;

/** Pictures come out of JPEG files as people see them. */
class JpegPictureTest {
    /** The first stored pixel is black, the last of its row white. */
    @ParameterizedTest
    @CsvSource({
        "1, 16, 8, 0, 0, 15, 0",
        "2, 16, 8, 15, 0, 0, 0",
        "3, 16, 8, 15, 7, 0, 7",
        "4, 16, 8, 0, 7, 15, 7",
        "5, 8, 16, 0, 0, 0, 15",
        "6, 8, 16, 7, 0, 7, 15",
        "7, 8, 16, 7, 15, 7, 0",
        "8, 8, 16, 0, 15, 0, 0",
    })
    void a_jpeg_is_turned_as_its_exif_data_says(
            int orientation, int width, int height, int x, int y, int farX, int farY) {
        var image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16 * 8; i++) {
            int grey = i % 16 < 8 ? 0 : 255;
            int below = i / 16 < 4 ? grey : 128;
            image.setRGB(i % 16, i / 16, (below << 16) | (below << 8) | below);
        }

        var picture = PictureDecoder.decode(turned(file(image, "jpeg"), orientation), MANY);

        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        assertThat(red(picture, x, y)).isLessThan(20);
        assertThat(red(picture, farX, farY)).isGreaterThan(235);
    }

    /** Puts EXIF data with an orientation behind the start of a JPEG. */
    private static PictureFile turned(PictureFile jpeg, int orientation) {
        byte[] exif =
                ByteBuffer.allocate(10 + 26)
                        .putShort((short) 0xFFE1)
                        .putShort((short) 34)
                        .put("Exif\0\0".getBytes(US_ASCII))
                        .put(tiff(orientation))
                        .array();
        byte[] bytes = jpeg.bytes();
        return new PictureFile(
                ByteBuffer.allocate(bytes.length + exif.length)
                        .put(bytes, 0, 2)
                        .put(exif)
                        .put(bytes, 2, bytes.length - 2)
                        .array());
    }

    /** A decoder that believes it finds another size behind a marker without a segment. */
    @Test
    void a_jpeg_of_two_sizes_is_refused_before_it_is_decoded() {
        byte[] large = file(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpeg").bytes();
        byte[] small = file(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg").bytes();
        var both = ByteBuffer.allocate(4 + large.length + 0x10000 + small.length);
        both.put(large, 0, 2).put(new byte[] {(byte) 0xFF, 0x01}).put(large, 2, large.length - 2);
        both.position(both.position() + 0x10000).put(small, 2, small.length - 2);

        assertThatThrownBy(() -> PictureDecoder.decode(new PictureFile(both.array()), 100))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessage("a picture must have at most 100 pixels, had 4096");
    }

    @Test
    void a_jpeg_whose_pixels_are_broken_is_refused_or_read_but_never_ends_otherwise() {
        byte[] whole = file(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpeg").bytes();
        for (int at = 2; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x5a;
            try {
                PictureDecoder.decode(new PictureFile(broken), MANY);
            } catch (UnreadablePictureException e) {
                assertThat(e).hasMessageContaining("picture");
            }
        }
    }
}
