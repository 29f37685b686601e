package dev.millrace.protocol;

import dev.millrace.protocol.PictureFile.Facts;
import dev.millrace.protocol.PictureFile.Format;

import java.nio.ByteOrder;

/**
 * Reads how large a WebP is: RFC 9649, a RIFF file whose first chunk has the size in one of three
 * ways. Where that is not the pixels' own size, theirs must be the same, and there must be one
 * picture: a decoder believes each chunk.
 */
final class WebpHeader {
    private static final String NAME = "WebP";
    private static final int RIFF_HEADER = 8;
    private static final int FIRST = RIFF_HEADER + Integer.BYTES;
    private static final int CHUNK_HEADER = 8; // type and length
    private static final int DATA = FIRST + CHUNK_HEADER;
    private static final int EXTENDED = 10; // bytes of the chunk VP8X
    private static final int LOSSY_SIZE = 10; // bytes up to the end of the size
    private static final int LOSSLESS_SIZE = 5;

    private static final int SIDE = 0x3FFF; // 14 bits
    private static final int LOSSLESS_MARK = 0x2F;
    private static final int ANIMATED = 0x02;

    private final PictureBytes file;
    private final long length;

    private WebpHeader(PictureBytes file) {
        this.file = file;
        this.length = RIFF_HEADER + Integer.toUnsignedLong(file.integer(Integer.BYTES));
    }

    static boolean isWebp(byte[] bytes) {
        var file = PictureBytes.of(bytes, ByteOrder.LITTLE_ENDIAN);
        return file.size() >= FIRST
                && file.word(0).equals("RIFF")
                && file.word(RIFF_HEADER).equals("WEBP");
    }

    static Facts read(byte[] bytes) {
        return new WebpHeader(PictureBytes.of(bytes, ByteOrder.LITTLE_ENDIAN)).read();
    }

    private Facts read() {
        file.requireThere(0, Math.max(length, DATA));
        return switch (file.word(FIRST)) {
            case "VP8 " -> lossy(DATA);
            case "VP8L" -> lossless(DATA);
            case "VP8X" -> extended();
            default -> throw broken("it begins with none of the known chunks");
        };
    }

    private Facts lossy(int at) {
        file.requireThere(at, LOSSY_SIZE);
        return new Facts(Format.WEBP, file.unsigned(at + 6) & SIDE, file.unsigned(at + 8) & SIDE);
    }

    private Facts lossless(int at) {
        file.requireThere(at, LOSSLESS_SIZE);
        if (file.at(at) != LOSSLESS_MARK) {
            throw broken("its pixels do not begin as they should");
        }
        int sides = file.integer(at + 1);
        return new Facts(Format.WEBP, 1 + (sides & SIDE), 1 + (sides >>> 14 & SIDE));
    }

    private Facts extended() {
        file.requireThere(DATA, EXTENDED);
        if (file.integer(DATA - Integer.BYTES) != EXTENDED) {
            throw broken("its first chunk is not %d bytes long".formatted(EXTENDED));
        }
        if ((file.at(DATA) & ANIMATED) != 0) {
            throw broken("it moves");
        }
        var canvas =
                new Facts(
                        Format.WEBP,
                        1 + (file.integer(DATA + 4) & 0xFFFFFF),
                        1 + (file.integer(DATA + 6) >>> Byte.SIZE));
        requirePixels(canvas);
        return canvas;
    }

    private void requirePixels(Facts canvas) {
        int pictures = 0;
        int alphas = 0;
        for (long next = DATA + EXTENDED; next + CHUNK_HEADER <= length; ) {
            int at = (int) next;
            int data = at + CHUNK_HEADER;
            switch (file.word(at)) {
                case "VP8 " -> {
                    requireSame(canvas, lossy(data));
                    pictures++;
                }
                case "VP8L" -> {
                    requireSame(canvas, lossless(data));
                    pictures++;
                }
                case "ALPH" -> alphas++;
                default -> {} // says something about the picture
            }
            long size = Integer.toUnsignedLong(file.integer(at + Integer.BYTES));
            next += CHUNK_HEADER + size + size % 2;
        }
        if (pictures != 1 || alphas > 1) {
            throw broken(
                    "it must hold one picture and its transparency, held %d and %d"
                            .formatted(pictures, alphas));
        }
    }

    private static void requireSame(Facts canvas, Facts pixels) {
        if (!canvas.equals(pixels)) {
            throw broken(
                    "it says to be %dx%d and its pixels are %dx%d"
                            .formatted(
                                    canvas.width(),
                                    canvas.height(),
                                    pixels.width(),
                                    pixels.height()));
        }
    }

    private static IllegalArgumentException broken(String why) {
        return PictureBytes.broken(NAME, why);
    }
}
