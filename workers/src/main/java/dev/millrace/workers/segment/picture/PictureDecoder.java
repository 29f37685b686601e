package dev.millrace.workers.segment.picture;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;

import dev.millrace.protocol.PictureFile;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Makes pictures of files: PNG and JPEG as the JDK reads them, WebP by a library. What is
 * transparent becomes white; pictures are turned as their EXIF data says, so that places in them
 * are those that people see.
 */
public final class PictureDecoder {
    private static final int FULL = 255;

    private PictureDecoder() {}

    /**
     * Decodes a picture.
     *
     * @param maxPixels refused before anything is decoded
     * @throws UnreadablePictureException if it is no picture, or too large; the message is for the
     *     client
     */
    public static Picture decode(PictureFile file, long maxPixels) {
        var facts = facts(file);
        if (facts.pixels() > maxPixels) {
            throw new UnreadablePictureException(
                    "a picture must have at most %d pixels, had %d"
                            .formatted(maxPixels, facts.pixels()));
        }
        return turned(read(file, facts), Orientation.of(file, facts.format()));
    }

    private static PictureFile.Facts facts(PictureFile file) {
        try {
            return file.facts();
        } catch (IllegalArgumentException e) {
            throw new UnreadablePictureException(String.valueOf(e.getMessage()), e);
        }
    }

    private static BufferedImage read(PictureFile file, PictureFile.Facts facts) {
        var reader = reader(facts.format());
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.bytes()))) {
            reader.setInput(in, true, true);
            requireSize(facts, reader.getWidth(0), reader.getHeight(0));
            return reader.read(0);
        } catch (UnreadablePictureException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // readers meet broken files with exceptions of all kinds
            throw new UnreadablePictureException(
                    "the picture cannot be decoded as %s: %s".formatted(facts.format(), reason(e)),
                    e);
        } finally {
            reader.dispose();
        }
    }

    /** Whoever reads the pixels must not have found another size than was checked. */
    private static void requireSize(PictureFile.Facts facts, int width, int height) {
        if (width != facts.width() || height != facts.height()) {
            throw new UnreadablePictureException(
                    "the picture says to be %dx%d and is %dx%d"
                            .formatted(facts.width(), facts.height(), width, height));
        }
    }

    private static String reason(Exception e) {
        return Optional.ofNullable(e.getMessage())
                .flatMap(message -> message.lines().findFirst())
                .orElseGet(() -> e.getClass().getSimpleName());
    }

    private static ImageReader reader(PictureFile.Format format) {
        return switch (format) {
            case PNG -> ImageIO.getImageReadersByFormatName("png").next();
            case JPEG -> ImageIO.getImageReadersByFormatName("jpeg").next();
            case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
        };
    }

    private static Picture turned(BufferedImage image, int orientation) {
        boolean isOnItsSide = orientation >= 5;
        int width = isOnItsSide ? image.getHeight() : image.getWidth();
        int height = isOnItsSide ? image.getWidth() : image.getHeight();
        var rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        var row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            read(image, y, row);
            for (int x = 0; x < row.length; x++) {
                int at = place(x, y, image.getWidth(), image.getHeight(), orientation);
                put(rgb, 3 * at, row[x]);
            }
        }
        return new Picture(width, height, rgb);
    }

    /**
     * Colours of a row. Of grey the JDK would take the values for linear ones, and brighten them.
     */
    private static void read(BufferedImage image, int y, int[] row) {
        if (image.getColorModel().getColorSpace().getType() != ColorSpace.TYPE_GRAY) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            return;
        }
        var raster = image.getRaster();
        int greatest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        boolean hasAlpha = image.getColorModel().hasAlpha();
        for (int x = 0; x < row.length; x++) {
            int grey = eightBits(raster.getSample(x, y, 0), greatest);
            int alpha = hasAlpha ? eightBits(raster.getSample(x, y, 1), greatest) : FULL;
            row[x] = alpha << 24 | grey << 16 | grey << 8 | grey;
        }
    }

    private static int eightBits(int value, int greatest) {
        return (value * FULL + greatest / 2) / greatest;
    }

    /** Where a stored pixel is shown. */
    private static int place(int x, int y, int width, int height, int orientation) {
        int right = width - 1 - x;
        int bottom = height - 1 - y;
        return switch (orientation) {
            case 2 -> y * width + right;
            case 3 -> bottom * width + right;
            case 4 -> bottom * width + x;
            case 5 -> x * height + y;
            case 6 -> x * height + bottom;
            case 7 -> right * height + bottom;
            case 8 -> right * height + y;
            default -> y * width + x;
        };
    }

    private static void put(byte[] rgb, int at, int argb) {
        int alpha = argb >>> 24;
        for (int colour = 0; colour < 3; colour++) {
            int value = argb >>> (16 - 8 * colour) & 0xff;
            rgb[at + colour] = (byte) ((value * alpha + FULL * (FULL - alpha) + 127) / FULL);
        }
    }
}
