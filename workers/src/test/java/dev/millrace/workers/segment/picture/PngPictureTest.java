package dev.millrace.workers.segment.picture;

import static dev.millrace.workers.segment.picture.PictureFiles.MANY;
import static dev.millrace.workers.segment.picture.PictureFiles.file;
import static dev.millrace.workers.segment.picture.PictureFiles.red;
import static dev.millrace.workers.segment.picture.PictureFiles.tiff;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Pictures come out of PNG files as people see them. */
class PngPictureTest {
    /** Two wide, three high; each pixel's red says where it is. */
    private static BufferedImage numbered(int type) {
        var image = new BufferedImage(2, 3, type);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 2, i / 2, 0xff000000 | ((40 * i) << 16) | 0x1020);
        }
        return image;
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

    @ParameterizedTest
    @CsvSource({"1, 7", "6, 5", "9, 7", "0, 7"})
    void a_png_is_turned_as_its_exif_data_says(int orientation, int width) {
        var png =
                new Chunks(7, 5, 8, 0)
                        .put("eXIf", tiff(orientation))
                        .put("IDAT", deflated(new byte[5 * 8]));

        assertThat(PictureDecoder.decode(png.file(), MANY).width()).isEqualTo(width);
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
}
