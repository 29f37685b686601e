package dev.millrace.workers.segment.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.protocol.PictureFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

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
    void a_transparent_grey_is_as_much_white() {
        byte[] greyAndAlpha = {0, (byte) 128};
        var png = new Chunks(1, 1, 8, 4).put("IDAT", deflated(new byte[] {0}, greyAndAlpha));

        assertThat(PictureDecoder.decode(png.file(), MANY).rgb()).containsOnly((byte) 127);
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

    /** TIFF data with nothing but an orientation. */
    private static byte[] tiff(int orientation) {
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1})
                .putShort((short) orientation)
                .array();
    }

    @ParameterizedTest
    @CsvSource({"1, 7", "6, 5", "9, 7", "0, 7"})
    void a_png_is_turned_as_its_exif_data_says(int orientation, int width) {
        var png =
                new Chunks(7, 5, 8, 0)
                        .put("eXIf", tiff(orientation))
                        .put("IDAT", deflated(new byte[5 * 8]));

        assertThat(PictureDecoder.decode(png.file(), MANY).width()).isEqualTo(width);
    }

    @Test
    void a_webp_is_turned_as_its_exif_data_says() {
        byte[] pixels = Base64.getDecoder().decode(WEBP);
        int exif = 8 + tiff(6).length;
        var file =
                ByteBuffer.allocate(18 + pixels.length + exif)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put("RIFF".getBytes(US_ASCII))
                        .putInt(10 + pixels.length + exif)
                        .put("WEBPVP8X".getBytes(US_ASCII))
                        .putInt(10)
                        .putInt(0)
                        .put(new byte[] {6, 0, 0, 4, 0, 0})
                        .put(pixels, 12, pixels.length - 12)
                        .put("EXIF".getBytes(US_ASCII))
                        .putInt(tiff(6).length)
                        .put(tiff(6));

        var picture = PictureDecoder.decode(new PictureFile(file.array()), MANY);

        assertThat(picture.width()).isEqualTo(5);
        assertThat(picture.height()).isEqualTo(7);
    }

    /** 400 MB of zeros in a text; 200 bytes of EXIF data that say to be 4 GB. */
    @Test
    void nothing_but_the_orientation_is_read_of_what_a_file_says_about_its_picture() {
        byte[] text = deflated(new byte[] {'a', 0, 0}, 400);
        byte[] many = Arrays.copyOf(tiff(6), 26 + 12 * 16);
        many[9] = 16;
        Arrays.fill(many, 11, many.length, (byte) 0x7F);
        var png = new Chunks(7, 5, 8, 0).put("zTXt", text).put("eXIf", many);
        png.put("IDAT", deflated(new byte[5 * 8]));
        long before = allocated();

        var picture = PictureDecoder.decode(png.file(), MANY);

        assertThat(picture.width()).isEqualTo(7);
        assertThat(allocated() - before).isLessThan(100 << 20);
    }

    /** Bytes of this thread so far. */
    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    private static byte[] deflated(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(bytes)) {
            for (byte[] part : parts) {
                deflater.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** So many megabytes of zeros, behind what is not compressed. */
    private static byte[] deflated(byte[] before, int megabytes) {
        var zeros = new byte[megabytes][];
        Arrays.fill(zeros, new byte[1 << 20]);
        byte[] after = deflated(zeros);
        return ByteBuffer.allocate(before.length + after.length).put(before).put(after).array();
    }

    /** A PNG chunk by chunk. */
    private static final class Chunks {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Chunks(int width, int height, int depth, int colours) {
            bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
            put(
                    "IHDR",
                    ByteBuffer.allocate(13)
                            .putInt(width)
                            .putInt(height)
                            .put((byte) depth)
                            .put((byte) colours)
                            .array());
        }

        Chunks put(String type, byte[] data) {
            var chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
            chunk.put(type.getBytes(US_ASCII)).put(data);
            var sum = new CRC32();
            sum.update(chunk.array(), 4, 4 + data.length);
            bytes.writeBytes(chunk.putInt((int) sum.getValue()).array());
            return this;
        }

        PictureFile file() {
            put("IEND", new byte[0]);
            return new PictureFile(bytes.toByteArray());
        }
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

    @Test
    void more_pixels_than_allowed_are_refused_with_both_numbers() {
        var file = file(new BufferedImage(11, 10, BufferedImage.TYPE_INT_RGB), "png");

        assertThatThrownBy(() -> PictureDecoder.decode(file, 109))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessage("a picture must have at most 109 pixels, had 110");
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
