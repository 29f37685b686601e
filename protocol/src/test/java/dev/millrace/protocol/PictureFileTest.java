package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.protocol.PictureFile.Facts;
import dev.millrace.protocol.PictureFile.Format;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

/** A picture's header is read, and what is no whole picture is refused, before it is decoded. */
class PictureFileTest {
    /** Made by libwebp. */
    private static final String LOSSY =
            "UklGRjoAAABXRUJQVlA4IC4AAADQAQCdASoHAAUAAgA0JaACdLoB+AADsAD+xO//mwK5rn6W//Z3fozfp3f3vgAA";

    private static final String LOSSLESS = "UklGRh4AAABXRUJQVlA4TBEAAAAvBgABAAdQ5CrUo/+BiOh/AAA=";
    private static final String WITH_ALPHA =
            "UklGRt4AAABXRUJQVlA4WAoAAAAQAAAAKwEAxwAAQUxQSAoAAAABB1CUiAhERP8DVlA4IK4AAADw"
                    + "EACdASosAcgAPpFIok0lpCMiICgAsBIJaW7hdrEe3AfgAAAVm7Xi5OQ99snIe+2TkPfbJyHvtk5D"
                    + "32ych77ZOQ99snIe+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2TkPfbJyHvtk5D32ych77ZOQ99sn"
                    + "Ie+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2Tj+AA/v0Kf//4s5GI7PN///PzO7cX85gAAAAAAAAA"
                    + "AAA=";

    @ParameterizedTest
    @CsvSource({"PNG, 7, 5", "PNG, 1, 1", "PNG, 16384, 1", "JPEG, 7, 5", "JPEG, 300, 200"})
    void a_whole_picture_tells_its_format_and_size(Format format, int width, int height) {
        var file = new PictureFile(drawn(format, width, height));

        assertThat(file.facts()).isEqualTo(new Facts(format, width, height));
        assertThat(file.facts().pixels()).isEqualTo((long) width * height);
    }

    @Test
    void a_webp_tells_its_size_in_each_of_its_three_ways() {
        assertThat(webp(LOSSY).facts()).isEqualTo(new Facts(Format.WEBP, 7, 5));
        assertThat(webp(LOSSLESS).facts()).isEqualTo(new Facts(Format.WEBP, 7, 5));
        assertThat(webp(WITH_ALPHA).facts()).isEqualTo(new Facts(Format.WEBP, 300, 200));
    }

    /** A decoder would make room for what the pixels' own chunk says. */
    @Test
    void a_webp_whose_pixels_have_another_size_than_it_says_is_refused_with_both() {
        assertThat(extended(0, LOSSY, 7, 5).facts()).isEqualTo(new Facts(Format.WEBP, 7, 5));
        assertThat(extended(0, LOSSLESS, 7, 5).facts()).isEqualTo(new Facts(Format.WEBP, 7, 5));

        for (var pixels : new String[] {LOSSY, LOSSLESS}) {
            assertThatThrownBy(extended(0, pixels, 4, 5)::facts)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4x5")
                    .hasMessageContaining("7x5");
        }
    }

    @Test
    void a_webp_that_moves_or_has_no_picture_or_several_is_refused() {
        assertThatThrownBy(extended(2, LOSSY, 7, 5)::facts).hasMessageContaining("moves");
        assertThatThrownBy(extended(0, "", 7, 5)::facts).hasMessageContaining("held 0 and 0");
        assertThatThrownBy(extended(0, LOSSY, 7, 5, LOSSY)::facts)
                .hasMessageContaining("held 2 and 0");
    }

    /** The pixels of simple files behind a chunk that says how large all of it is. */
    private static PictureFile extended(
            int flags, String pixels, int width, int height, String... more) {
        var chunks = new ByteArrayOutputStream();
        for (var file : Stream.concat(Stream.of(pixels), Stream.of(more)).toList()) {
            byte[] bytes = Base64.getDecoder().decode(file);
            chunks.write(bytes, Math.min(12, bytes.length), Math.max(0, bytes.length - 12));
        }
        return new PictureFile(
                ByteBuffer.allocate(30 + chunks.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put("RIFF".getBytes(US_ASCII))
                        .putInt(22 + chunks.size())
                        .put("WEBPVP8X".getBytes(US_ASCII))
                        .putInt(10)
                        .putInt(flags)
                        .putShort((short) (width - 1))
                        .put((byte) 0)
                        .putShort((short) (height - 1))
                        .put((byte) 0)
                        .put(chunks.toByteArray())
                        .array());
    }

    /** Each costs a decoder a walk through the whole picture, and takes a few bytes. */
    @Test
    void a_jpeg_of_very_many_scans_is_refused() {
        byte[] whole = drawn(Format.JPEG, 16, 16);
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};

        assertThat(with(whole, scan, 99).facts()).isEqualTo(new Facts(Format.JPEG, 16, 16));
        assertThatThrownBy(with(whole, scan, 100)::facts)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 100 scans");
    }

    /** Before the end, so often. */
    private static PictureFile with(byte[] jpeg, byte[] segment, int times) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < times; i++) {
            bytes.write(segment, 0, segment.length);
        }
        bytes.write(jpeg, jpeg.length - 2, 2);
        return new PictureFile(bytes.toByteArray());
    }

    @Test
    void what_follows_a_jpeg_is_not_taken_for_its_scans_or_its_end() {
        byte[] whole = drawn(Format.JPEG, 16, 16);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(whole);
        for (int i = 0; i < 1000; i++) {
            bytes.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 7});
        }

        assertThat(new PictureFile(bytes.toByteArray()).facts())
                .isEqualTo(new Facts(Format.JPEG, 16, 16));
        assertThatThrownBy(new PictureFile(hidden(whole))::facts).hasMessageContaining("cut off");
    }

    /** The end stands in a comment. */
    private static byte[] hidden(byte[] jpeg) {
        byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 4, (byte) 0xFF, (byte) 0xD9};
        byte[] hidden = Arrays.copyOf(jpeg, jpeg.length - 2 + comment.length);
        System.arraycopy(comment, 0, hidden, jpeg.length - 2, comment.length);
        return hidden;
    }

    private static PictureFile webp(String base64) {
        return new PictureFile(Base64.getDecoder().decode(base64));
    }

    @ParameterizedTest
    @CsvSource({"PNG, 1", "PNG, 20", "PNG, 40", "JPEG, 2", "JPEG, 30", "JPEG, 300", "WEBP, 1"})
    void a_picture_that_lacks_its_end_is_refused_with_both_lengths(Format format, int missing) {
        byte[] whole =
                format == Format.WEBP ? Base64.getDecoder().decode(LOSSY) : drawn(format, 16, 16);
        var cut = new PictureFile(Arrays.copyOf(whole, whole.length - missing));

        assertThatThrownBy(cut::facts)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cut off")
                .hasMessageContaining("had " + (whole.length - missing));
    }

    @Test
    void no_shorter_part_of_a_picture_is_taken_for_a_whole_one() {
        for (var format : new Format[] {Format.PNG, Format.JPEG}) {
            byte[] whole = drawn(format, 16, 16);
            for (int length = 1; length < whole.length; length++) {
                var cut = new PictureFile(Arrays.copyOf(whole, length));

                assertThatThrownBy(cut::facts).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GIF89a", "x", "<svg/>", "%PDF-1.7", "RIFFxxxxWAVEfmt "})
    void what_is_no_picture_is_refused_by_its_first_bytes(String text) {
        assertThatThrownBy(() -> new PictureFile(text.getBytes(US_ASCII)).facts())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PNG, JPEG or WebP");
    }

    @Test
    void a_png_whose_content_was_changed_is_refused() {
        byte[] broken = drawn(Format.PNG, 16, 16);
        broken[broken.length / 2] ^= 1;

        assertThatThrownBy(() -> new PictureFile(broken).facts())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checksum");
    }

    @ParameterizedTest
    @CsvSource({"20000, 30", "30, 20000", "0, 5", "-1, 5"})
    void a_size_beyond_the_limit_is_refused_with_the_size(int width, int height) {
        byte[] png = drawn(Format.PNG, 16, 16);
        var header = ByteBuffer.wrap(png);
        header.putInt(16, width).putInt(20, height);
        var sum = new CRC32();
        sum.update(png, 12, 17);
        header.putInt(29, (int) sum.getValue());

        assertThatThrownBy(() -> new PictureFile(png).facts())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16384")
                .hasMessageContaining(width + "x" + height);
    }

    @Test
    void a_file_without_bytes_or_with_too_many_is_refused() {
        assertThatThrownBy(() -> new PictureFile(new byte[0])).hasMessageContaining("had 0");
        assertThatThrownBy(() -> new PictureFile(new byte[PictureFile.MAX_BYTES + 1]))
                .hasMessageContaining("8388609");
    }

    @Test
    void it_says_nothing_of_what_it_shows() {
        assertThat(new PictureFile("s3cret".getBytes(US_ASCII)).toString())
                .isEqualTo("a picture of 6 bytes");
    }

    private static byte[] drawn(Format format, int width, int height) {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(
                    new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB),
                    format.name(),
                    bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
