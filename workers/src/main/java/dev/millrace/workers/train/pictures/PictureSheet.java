package dev.millrace.workers.train.pictures;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * Pictures side by side in one PNG file (ISO/IEC 15948: eight bits, RGB, one deflated stream of
 * unfiltered rows).
 *
 * @param side of a picture, in pixels
 * @param columns how many pictures a row has
 */
public record PictureSheet(int side, int columns) {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CHANNELS = 3;
    private static final int GAP = 2;

    /** A column for each class of pictures that show the classes in turn. */
    public static PictureSheet byClass() {
        return new PictureSheet(PictureSource.SIDE, PictureSource.CLASSES);
    }

    /** Writes pictures, each [3, side, side] with values in about [-1, 1]. */
    public void write(Path file, List<float[]> pictures) throws IOException {
        Files.write(file, png(pictures));
    }

    byte[] png(List<float[]> pictures) throws IOException {
        int rows = (pictures.size() + columns - 1) / columns;
        int width = columns * (side + GAP) + GAP;
        int height = rows * (side + GAP) + GAP;
        var lines = new byte[height * (1 + width * CHANNELS)]; // each begins with its filter: none
        for (int i = 0; i < pictures.size(); i++) {
            int left = GAP + i % columns * (side + GAP);
            int top = GAP + i / columns * (side + GAP);
            for (int at = 0; at < CHANNELS * side * side; at++) {
                int x = left + at % side;
                int y = top + at / side % side;
                int channel = at / (side * side);
                lines[y * (1 + width * CHANNELS) + 1 + x * CHANNELS + channel] =
                        level(pictures.get(i)[at]);
            }
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        out.writeBytes(chunk("IHDR", header(width, height)));
        out.writeBytes(chunk("IDAT", deflated(lines)));
        out.writeBytes(chunk("IEND"));
        return out.toByteArray();
    }

    private static byte level(float value) {
        return (byte) Math.round(Math.clamp((value + 1) / 2, 0f, 1f) * 255);
    }

    private static byte[] header(int width, int height) {
        return ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) 8) // bits of a value
                .put((byte) 2) // red, green and blue
                .array();
    }

    private static byte[] deflated(byte... bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte... content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var check = new CRC32();
        check.update(name);
        check.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(name)
                .put(content)
                .putInt((int) check.getValue())
                .array();
    }
}
