package dev.millrace.workers.segment.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.protocol.PictureFile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which way up a stored picture is shown: the orientation in the first directory of a file's EXIF
 * data (EXIF 2.32, section 4.6.4).
 *
 * <p>Nothing else that a file says about its picture is read: some of it is compressed, and all of
 * it may be larger than the picture.
 */
final class Orientation {
    static final int UPRIGHT = 1;

    private static final int LAST = 8;
    private static final String PREAMBLE = "Exif\0\0";

    private static final int PNG_OVERHEAD = 12; // length, type and checksum of a chunk
    private static final int JPEG_FILL = 0xFF;
    private static final int JPEG_SCAN = 0xDA;
    private static final int JPEG_EXIF = 0xE1;
    private static final int RIFF_HEADER = 12;

    private static final int TIFF = 42;
    private static final int ENTRY = 12; // bytes of a directory's entry
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;

    private final ByteBuffer file;

    private Orientation(ByteBuffer file) {
        this.file = file;
    }

    /** 1 to 8; 1 where the file does not say, or says it wrongly. */
    static int of(PictureFile file, PictureFile.Format format) {
        var bytes = ByteBuffer.wrap(file.bytes());
        try {
            return switch (format) {
                case PNG -> new Orientation(bytes).png();
                case JPEG -> new Orientation(bytes).jpeg();
                case WEBP -> new Orientation(bytes.order(ByteOrder.LITTLE_ENDIAN)).webp();
            };
        } catch (IndexOutOfBoundsException _) {
            return UPRIGHT; // what is said about a picture may be broken where the picture is not
        }
    }

    /** The chunk eXIf. */
    private int png() {
        int at = Long.BYTES;
        while (!word(at + Integer.BYTES).equals("IEND")) {
            int length = file.getInt(at);
            if (word(at + Integer.BYTES).equals("eXIf")) {
                return exif(at + 2 * Integer.BYTES, length);
            }
            at += PNG_OVERHEAD + Math.max(0, length);
        }
        return UPRIGHT;
    }

    /** The first APP1 segment of EXIF data, before the pixels. */
    private int jpeg() {
        int at = Short.BYTES;
        while (unsigned(at) >>> Byte.SIZE == JPEG_FILL) {
            int kind = unsigned(at) & 0xFF;
            if (kind == JPEG_FILL) {
                at++;
                continue;
            }
            int length = Math.max(Short.BYTES, unsigned(at + Short.BYTES));
            int data = at + 2 * Short.BYTES;
            if (kind == JPEG_SCAN) {
                return UPRIGHT;
            }
            if (kind == JPEG_EXIF && length > PREAMBLE.length() && startsExif(data)) {
                return exif(data, length - Short.BYTES);
            }
            at += Short.BYTES + length;
        }
        return UPRIGHT;
    }

    /** The chunk EXIF. */
    private int webp() {
        long at = RIFF_HEADER;
        while (at + 2 * Integer.BYTES <= file.limit()) {
            int chunk = (int) at;
            long length = Integer.toUnsignedLong(file.getInt(chunk + Integer.BYTES));
            if (word(chunk).equals("EXIF")) {
                return exif(chunk + 2 * Integer.BYTES, (int) Math.min(length, file.limit()));
            }
            at += 2 * Integer.BYTES + length + length % 2;
        }
        return UPRIGHT;
    }

    private boolean startsExif(int at) {
        return at + PREAMBLE.length() <= file.limit()
                && letters(at, PREAMBLE.length()).equals(PREAMBLE);
    }

    private int exif(int at, int length) {
        int before = startsExif(at) ? PREAMBLE.length() : 0;
        return directory(file.slice(at + before, length - before));
    }

    /** TIFF 6.0, section 2: a byte order, 42, where the first directory begins. */
    private static int directory(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (tiff.getShort(Short.BYTES) != TIFF) {
            return UPRIGHT;
        }
        int directory = tiff.getInt(2 * Short.BYTES);
        int entries = Short.toUnsignedInt(tiff.getShort(directory));
        for (int i = 0; i < entries; i++) {
            int entry = directory + Short.BYTES + i * ENTRY;
            if (Short.toUnsignedInt(tiff.getShort(entry)) == TAG) {
                return value(tiff, entry);
            }
        }
        return UPRIGHT;
    }

    private static int value(ByteBuffer tiff, int entry) {
        int orientation = Short.toUnsignedInt(tiff.getShort(entry + 2 * Integer.BYTES));
        boolean isOne = tiff.getShort(entry + Short.BYTES) == SHORT;
        return isOne && orientation >= UPRIGHT && orientation <= LAST ? orientation : UPRIGHT;
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(file.getShort(at));
    }

    private String word(int at) {
        return letters(at, Integer.BYTES);
    }

    private String letters(int at, int count) {
        var letters = new byte[count];
        file.get(at, letters);
        return new String(letters, ISO_8859_1);
    }
}
