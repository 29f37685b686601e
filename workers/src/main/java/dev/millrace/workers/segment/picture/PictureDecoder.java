package dev.millrace.workers.segment.picture;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;

import dev.millrace.protocol.PictureFile;

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
    private static final int WHITE = 255;
    private static final int UPRIGHT = 1;

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
        var image = read(file, facts);
        if (image.getWidth() != facts.width() || image.getHeight() != facts.height()) {
            throw new UnreadablePictureException(
                    "the picture says to be %dx%d and is %dx%d"
                            .formatted(
                                    facts.width(),
                                    facts.height(),
                                    image.getWidth(),
                                    image.getHeight()));
        }
        return turned(image, orientation(file));
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
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            // readers meet broken files with exceptions of all kinds
            throw new UnreadablePictureException(
                    "the picture cannot be decoded as %s: %s".formatted(facts.format(), reason(e)),
                    e);
        } finally {
            reader.dispose();
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

    /** 1 to 8, as in EXIF 2.32, section 4.6.4; 1 where the file does not say. */
    private static int orientation(PictureFile file) {
        try {
            var metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(file.bytes()));
            var directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
            int orientation =
                    directory != null && directory.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
                            ? directory.getInt(ExifIFD0Directory.TAG_ORIENTATION)
                            : UPRIGHT;
            return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
        } catch (ImageProcessingException | IOException | MetadataException _) {
            return UPRIGHT; // what is said about a picture may be broken where the picture is not
        }
    }

    private static Picture turned(BufferedImage image, int orientation) {
        boolean isOnItsSide = orientation >= 5;
        int width = isOnItsSide ? image.getHeight() : image.getWidth();
        int height = isOnItsSide ? image.getWidth() : image.getHeight();
        var rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        var row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int x = 0; x < row.length; x++) {
                int at = place(x, y, image.getWidth(), image.getHeight(), orientation);
                put(rgb, 3 * at, row[x]);
            }
        }
        return new Picture(width, height, rgb);
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
            rgb[at + colour] = (byte) ((value * alpha + WHITE * (255 - alpha) + 127) / 255);
        }
    }
}
