package dev.millrace.protocol;

import dev.millrace.protocol.PictureFile.Facts;
import dev.millrace.protocol.PictureFile.Format;

import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Reads how large a picture is, and whether its file is whole, from the format's structure. */
final class PictureHeader {
    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int PNG_OVERHEAD = 12; // length, type and checksum of a chunk

    private static final int JPEG_START = 0xFFD8;
    private static final int JPEG_END = 0xD9;
    private static final int JPEG_MARK = 0xFF;
    private static final int JPEG_ALONE = 0x01; // a marker without a segment, and so are these:
    private static final int JPEG_RESTARTS = 0xD0; // eight of them, and then the file's start
    private static final int JPEG_SCAN = 0xDA;
    private static final int JPEG_FRAMES = 0xC0;

    /** A decoder goes through the whole picture for each, however short it is. */
    private static final int MOST_SCANS = 100;

    private final PictureBytes file;

    private PictureHeader(byte[] bytes) {
        this.file = PictureBytes.of(bytes, ByteOrder.BIG_ENDIAN);
    }

    static Facts read(byte[] bytes) {
        return WebpHeader.isWebp(bytes) ? WebpHeader.read(bytes) : new PictureHeader(bytes).read();
    }

    private Facts read() {
        if (file.size() >= Long.BYTES && file.number(0) == PNG) {
            return png();
        }
        if (file.size() >= Short.BYTES && file.unsigned(0) == JPEG_START) {
            return jpeg();
        }
        throw new IllegalArgumentException(
                "a picture must be a PNG, JPEG or WebP file, began with " + beginning());
    }

    private String beginning() {
        var hex = new StringBuilder();
        for (int i = 0; i < Math.min(Integer.BYTES, file.size()); i++) {
            hex.append("%02X".formatted(file.at(i)));
        }
        return hex.toString();
    }

    /** PNG, third edition, section 5: chunk after chunk up to IEND, each with its checksum. */
    private Facts png() {
        int at = Long.BYTES;
        var facts = header(at);
        while (true) {
            int length = file.integer(file.requireThere(at, PNG_OVERHEAD));
            if (length < 0) {
                throw PictureBytes.broken(
                        "PNG", "a chunk has a length of " + Integer.toUnsignedString(length));
            }
            file.requireThere(at, (long) PNG_OVERHEAD + length);
            requireChecksum(at + Integer.BYTES, Integer.BYTES + length);
            if (file.word(at + Integer.BYTES).equals("IEND")) {
                return facts;
            }
            at += PNG_OVERHEAD + length;
        }
    }

    private Facts header(int at) {
        file.requireThere(at, PNG_OVERHEAD + 2 * Integer.BYTES);
        if (!file.word(at + Integer.BYTES).equals("IHDR")) {
            throw PictureBytes.broken("PNG", "it does not begin with its size");
        }
        int sizes = at + 2 * Integer.BYTES;
        return new Facts(Format.PNG, file.integer(sizes), file.integer(sizes + Integer.BYTES));
    }

    private void requireChecksum(int at, int length) {
        var sum = new CRC32();
        sum.update(file.part(at, length));
        if ((int) sum.getValue() != file.integer(at + length)) {
            throw PictureBytes.broken(
                    "PNG", "the checksum of chunk " + file.word(at) + " does not agree");
        }
    }

    /** ITU-T T.81, annex B: segments up to the frame, which has the size; scans up to the end. */
    private Facts jpeg() {
        int at = Short.BYTES;
        Facts facts = null;
        while (true) {
            int marker = file.unsigned(file.requireThere(at, 2 * Short.BYTES));
            if (marker >>> Byte.SIZE != 0xFF) {
                throw PictureBytes.broken("JPEG", "there is no marker at byte " + at);
            }
            int kind = marker & 0xFF;
            if (kind == JPEG_MARK || isAlone(kind)) { // fills up, or says nothing here
                at += kind == JPEG_MARK ? 1 : Short.BYTES;
                continue;
            }
            if (isFrame(kind)) {
                file.requireThere(at, 9);
                facts = new Facts(Format.JPEG, file.unsigned(at + 7), file.unsigned(at + 5));
            }
            if (kind == JPEG_SCAN) {
                requireScans(at);
                if (facts == null) {
                    throw PictureBytes.broken("JPEG", "it has no size before its pixels");
                }
                return facts;
            }
            at += Short.BYTES + Math.max(Short.BYTES, file.unsigned(at + Short.BYTES));
        }
    }

    private static boolean isFrame(int kind) {
        return kind >= JPEG_FRAMES
                && kind <= JPEG_FRAMES + 15
                && kind != 0xC4 // Huffman tables
                && kind != 0xC8 // reserved
                && kind != 0xCC; // arithmetic coding
    }

    /** Goes through scans, and segments between them, as decoders do. */
    private void requireScans(int from) {
        int scans = 0;
        for (int at = from; ; ) {
            int kind = file.at(file.requireThere(at, Short.BYTES) + 1);
            if (file.at(at) != JPEG_MARK || kind == JPEG_MARK || isAlone(kind)) {
                at++; // of pixels, or fills up
            } else if (kind == JPEG_END) {
                return;
            } else {
                scans += kind == JPEG_SCAN ? 1 : 0;
                if (scans > MOST_SCANS) {
                    throw PictureBytes.broken(
                            "JPEG", "it has more than %d scans".formatted(MOST_SCANS));
                }
                file.requireThere(at, 2 * Short.BYTES);
                at += Short.BYTES + Math.max(Short.BYTES, file.unsigned(at + Short.BYTES));
            }
        }
    }

    private static boolean isAlone(int kind) {
        return kind <= JPEG_ALONE || (kind >= JPEG_RESTARTS && kind <= JPEG_RESTARTS + 8);
    }
}
