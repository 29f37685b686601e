package dev.millrace.workers.segment.mask;

import dev.millrace.protocol.Png;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Masks as PNG files of one bit a pixel: what belongs to the mask is white. */
public final class MaskPng {
    private MaskPng() {}

    public static Png of(Mask mask) {
        var picture =
                new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_BINARY);
        var raster = picture.getRaster();
        mask.stream().forEach(at -> raster.setSample(at % mask.width(), at / mask.width(), 0, 1));
        var file = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(file)) {
            ImageIO.write(picture, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Png(file.toByteArray());
    }
}
