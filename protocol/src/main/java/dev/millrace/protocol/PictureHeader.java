package dev.millrace.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.protocol.PictureFile.Facts;
import dev.millrace.protocol.PictureFile.Format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Reads how large a picture is, and whether its file is whole, from the format's structure. */
final class PictureHeader {
    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int PNG_OVERHEAD = 12; // length, type and checksum of a chunk

    private static final int JPEG_START = 0xFFD8;
    private static final int JPEG_END = 0xD9;
    private static final int JPEG_SCAN = 0xDA;
    private static final int JPEG_FRAMES = 0xC0;

    private static final int RIFF_HEADER = 8;
    private static final int WEBP_SIDE = 0x3FFF; // 14 bits
    private static final int LONGEST_SIZE = 10;
    private static final int WEBP_LOSSLESS_MARK = 0x2F;

    private final ByteBuffer file;

    private PictureHeader(byte[] bytes) {
        this.file = ByteBuffer.wrap(bytes);
    }

    static Facts read(byte[] bytes) {
        return new PictureHeader(bytes).read();
    }

    private Facts read() {
        if (file.limit() >= Long.BYTES && file.getLong(0) == PNG) {
            return png();
        }
        if (file.limit() >= Short.BYTES && unsigned(0) == JPEG_START) {
            return jpeg();
        }
        if (file.limit() >= RIFF_HEADER + Integer.BYTES
                && word(0).equals("RIFF")
                && word(RIFF_HEADER).equals("WEBP")) {
            return webp();
        }
        throw new IllegalArgumentException(
                "a picture must be a PNG, JPEG or WebP file, began with " + beginning());
    }

    private String beginning() {
        var hex = new StringBuilder();
        for (int i = 0; i < Math.min(Integer.BYTES, file.limit()); i++) {
            hex.append("%02X".formatted(file.get(i)));
        }
        return hex.toString();
    }

    /** PNG, third edition, section 5: chunk after chunk up to IEND, each with its checksum. */
    private Facts png() {
        int at = Long.BYTES;
        var facts = header(at);
        while (true) {
            int length = file.getInt(requireThere(at, PNG_OVERHEAD));
            if (length < 0) {
                throw broken("PNG", "a chunk has a length of " + Integer.toUnsignedString(length));
            }
            requireThere(at, (long) PNG_OVERHEAD + length);
            requireChecksum(at + Integer.BYTES, Integer.BYTES + length);
            if (word(at + Integer.BYTES).equals("IEND")) {
                return facts;
            }
            at += PNG_OVERHEAD + length;
        }
    }

    private Facts header(int at) {
        requireThere(at, PNG_OVERHEAD + 2 * Integer.BYTES);
        if (!word(at + Integer.BYTES).equals("IHDR")) {
            throw broken("PNG", "it does not begin with its size");
        }
        int sizes = at + 2 * Integer.BYTES;
        return new Facts(Format.PNG, file.getInt(sizes), file.getInt(sizes + Integer.BYTES));
    }

    private void requireChecksum(int at, int length) {
        var sum = new CRC32();
        sum.update(file.slice(at, length));
        if ((int) sum.getValue() != file.getInt(at + length)) {
            throw broken("PNG", "the checksum of chunk " + word(at) + " does not agree");
        }
    }

    /** ITU-T T.81, annex B: segments up to the frame, which has the size; an end after the scan. */
    private Facts jpeg() {
        int at = Short.BYTES;
        Facts facts = null;
        while (true) {
            int marker = unsigned(requireThere(at, 2 * Short.BYTES));
            if (marker >>> Byte.SIZE != 0xFF) {
                throw broken("JPEG", "there is no marker at byte " + at);
            }
            int kind = marker & 0xFF;
            if (kind == 0xFF) { // fills up
                at++;
                continue;
            }
            if (isFrame(kind)) {
                requireThere(at, 9);
                facts = new Facts(Format.JPEG, unsigned(at + 7), unsigned(at + 5));
            }
            if (kind == JPEG_SCAN) {
                requireEnd(at);
                if (facts == null) {
                    throw broken("JPEG", "it has no size before its pixels");
                }
                return facts;
            }
            at += Short.BYTES + Math.max(Short.BYTES, unsigned(at + Short.BYTES));
        }
    }

    private static boolean isFrame(int kind) {
        return kind >= JPEG_FRAMES
                && kind <= JPEG_FRAMES + 15
                && kind != 0xC4 // Huffman tables
                && kind != 0xC8 // reserved
                && kind != 0xCC; // arithmetic coding
    }

    private void requireEnd(int from) {
        for (int at = file.limit() - 2; at > from; at--) {
            if (file.get(at) == (byte) 0xFF && (file.get(at + 1) & 0xFF) == JPEG_END) {
                return;
            }
        }
        throw cutOff(file.limit());
    }

    /** RFC 9649: a RIFF file whose first chunk has the size in one of three ways. */
    private Facts webp() {
        var little = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long length = RIFF_HEADER + Integer.toUnsignedLong(little.getInt(Integer.BYTES));
        int chunk = RIFF_HEADER + Integer.BYTES;
        int data = chunk + 2 * Integer.BYTES;
        requireThere(0, Math.max(length, data + Integer.BYTES + 1L));
        if (word(chunk).equals("VP8L")) {
            return lossless(little, data);
        }
        requireThere(data, LONGEST_SIZE);
        return switch (word(chunk)) {
            case "VP8 " ->
                    new Facts(
                            Format.WEBP,
                            little.getShort(data + 6) & WEBP_SIDE,
                            little.getShort(data + 8) & WEBP_SIDE);
            case "VP8X" ->
                    new Facts(
                            Format.WEBP,
                            1 + (little.getInt(data + 4) & 0xFFFFFF),
                            1 + (little.getInt(data + 6) >>> Byte.SIZE));
            default -> throw broken("WebP", "it begins with none of the known chunks");
        };
    }

    private static Facts lossless(ByteBuffer little, int data) {
        if (little.get(data) != WEBP_LOSSLESS_MARK) {
            throw broken("WebP", "its pixels do not begin as they should");
        }
        int sides = little.getInt(data + 1);
        return new Facts(Format.WEBP, 1 + (sides & WEBP_SIDE), 1 + (sides >>> 14 & WEBP_SIDE));
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(file.getShort(at));
    }

    private String word(int at) {
        return new String(file.array(), at, Integer.BYTES, ISO_8859_1);
    }

    private int requireThere(int at, long length) {
        if (at + length > file.limit()) {
            throw cutOff(at + length);
        }
        return at;
    }

    private IllegalArgumentException cutOff(long expected) {
        return new IllegalArgumentException(
                "the picture is cut off: expected at least %d bytes, had %d"
                        .formatted(Math.max(expected, file.limit() + 1L), file.limit()));
    }

    private static IllegalArgumentException broken(String format, String why) {
        return new IllegalArgumentException("the picture is a broken " + format + ": " + why);
    }
}
