package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import javax.imageio.ImageIO;

class PictureSheetTest {

    /** The platform's own reader is the reference. */
    @Test
    void pictures_stand_side_by_side_in_their_colours() throws IOException {
        var red = picture(1, -1, -1);
        var other = picture(-1, 0, 7);
        var below = picture(-1, 1, -1);

        byte[] png = new PictureSheet(4, 2).png(List.of(red, other, below));

        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(14);
        assertThat(image.getHeight()).isEqualTo(14);
        assertThat(image.getRGB(0, 0)).isEqualTo(0xFF000000);
        assertThat(image.getRGB(2, 2)).isEqualTo(0xFFFF0000);
        assertThat(image.getRGB(5, 5)).isEqualTo(0xFFFF0000);
        assertThat(image.getRGB(8, 2)).isEqualTo(0xFF0080FF);
        assertThat(image.getRGB(2, 8)).isEqualTo(0xFF00FF00);
        assertThat(image.getRGB(8, 8)).isEqualTo(0xFF000000);
    }

    private static float[] picture(float red, float green, float blue) {
        var picture = new float[3 * 16];
        Arrays.fill(picture, 0, 16, red);
        Arrays.fill(picture, 16, 32, green);
        Arrays.fill(picture, 32, 48, blue);
        return picture;
    }
}
