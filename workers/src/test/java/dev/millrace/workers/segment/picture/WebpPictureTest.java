package dev.millrace.workers.segment.picture;

import static dev.millrace.workers.segment.picture.PictureFiles.MANY;
import static dev.millrace.workers.segment.picture.PictureFiles.tiff;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.protocol.PictureFile;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Pictures come out of WebP files as people see them. */
class WebpPictureTest {
    /** Made by libwebp without loss: 7 wide, 5 high, all of one green. */
    private static final String WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvBgABAAdQ5CrUo/+BiOh/AAA=";

    @Test
    void a_webp_is_read_too() {
        var file = new PictureFile(Base64.getDecoder().decode(WEBP));

        var picture = PictureDecoder.decode(file, MANY);

        assertThat(picture.width()).isEqualTo(7);
        assertThat(picture.height()).isEqualTo(5);
        assertThat(picture.rgb()).startsWith((byte) 10, (byte) 200, (byte) 30);
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
}
