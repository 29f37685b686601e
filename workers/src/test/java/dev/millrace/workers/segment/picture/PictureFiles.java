package dev.millrace.workers.segment.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.PictureFile;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import javax.imageio.ImageIO;

/** Small pictures as files. */
final class PictureFiles {
    /** More pixels than any of them has. */
    static final long MANY = 1_000_000;

    private PictureFiles() {}

    static PictureFile file(BufferedImage image, String format) {
        var bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, bytes)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PictureFile(bytes.toByteArray());
    }

    /** Of a pixel, 0 to 255. */
    static int red(Picture picture, int x, int y) {
        return picture.rgb()[3 * (y * picture.width() + x)] & 0xff;
    }

    /** TIFF data with nothing but an orientation. */
    static byte[] tiff(int orientation) {
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1})
                .putShort((short) orientation)
                .array();
    }
}
