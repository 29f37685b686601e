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
import java.util.Arrays;
import java.util.Base64;
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
