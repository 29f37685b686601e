package dev.millrace.workers.segment.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.PictureFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;

import javax.imageio.ImageIO;

/** Pictures come out of their files as people see them. */
class PictureDecoderTest {
    private static final long MANY = 1_000_000;

    /** Made by libwebp without loss: 7 wide, 5 high, all of one green. */
    private static final String WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvBgABAAdQ5CrUo/+BiOh/AAA=";

    private static PictureFile file(BufferedImage image, String format) {
        var bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, bytes)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PictureFile(bytes.toByteArray());
    }

    /** Two wide, three high; each pixel's red says where it is. */
    private static BufferedImage numbered(int type) {
        var image = new BufferedImage(2, 3, type);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 2, i / 2, 0xff000000 | ((40 * i) << 16) | 0x1020);
        }
        return image;
    }

    private static int red(Picture picture, int x, int y) {
        return picture.rgb()[3 * (y * picture.width() + x)] & 0xff;
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_4BYTE_ABGR})
    void a_png_is_read_pixel_by_pixel(int type) {
        var picture = PictureDecoder.decode(file(numbered(type), "png"), MANY);

        assertThat(picture.width()).isEqualTo(2);
        assertThat(picture.height()).isEqualTo(3);
        for (int i = 0; i < 6; i++) {
            assertThat(picture.rgb()).startsWith((byte) 0, (byte) 0x10, (byte) 0x20);
            assertThat(red(picture, i % 2, i / 2)).isEqualTo(40 * i);
        }
    }

    @Test
    void a_grey_picture_has_three_equal_colours() {
        var grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 0);

        assertThat(PictureDecoder.decode(file(grey, "png"), MANY).rgb()).containsExactly(0, 0, 0);
    }

    @Test
    void what_is_transparent_is_white() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00ff0000);
        image.setRGB(1, 0, 0x80000000);

        var rgb = PictureDecoder.decode(file(image, "png"), MANY).rgb();

        assertThat(rgb).startsWith((byte) 255, (byte) 255, (byte) 255);
        assertThat(rgb[3] & 0xff).isEqualTo(127);
    }

    @Test
    void a_webp_is_read_too() {
        var file = new PictureFile(Base64.getDecoder().decode(WEBP));

        var picture = PictureDecoder.decode(file, MANY);

        assertThat(picture.width()).isEqualTo(7);
        assertThat(picture.height()).isEqualTo(5);
        assertThat(picture.rgb()).startsWith((byte) 10, (byte) 200, (byte) 30);
    }

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
        byte[] exif = {
            (byte) 0xFF,
            (byte) 0xE1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        byte[] bytes = jpeg.bytes();
        return new PictureFile(
                ByteBuffer.allocate(bytes.length + exif.length)
                        .put(bytes, 0, 2)
                        .put(exif)
                        .put(bytes, 2, bytes.length - 2)
                        .array());
    }

    @Test
    void more_pixels_than_allowed_are_refused_with_both_numbers() {
        var file = file(new BufferedImage(11, 10, BufferedImage.TYPE_INT_RGB), "png");

        assertThatThrownBy(() -> PictureDecoder.decode(file, 109))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessage("a picture must have at most 109 pixels, had 110");
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
