package dev.millrace.workers.image;

import dev.millrace.protocol.Png;
import dev.millrace.workers.image.flow.Patches;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures as PNG files (ISO/IEC 15948): eight bits per sample, grey or RGB. Equal pictures
 * give equal bytes.
 */
final class Encoder {
    private static final byte[] SIGNATURE = {(byte) 137, 'P', 'N', 'G', 13, 10, 26, 10};
    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int HEADER_BYTES = 13;
    private static final int SAMPLE_BITS = 8;

    /** Each sample is written as its difference from one predicted from its neighbours. */
    private static final int PAETH = 4;

    private final int side;
    private final int channels;

    Encoder(Patches patches) {
        this.side = patches.side();
        this.channels = patches.channels();
    }

    /** Whether pictures of so many channels can be written. */
    static boolean canWrite(int channels) {
        return channels == 1 || channels == 3;
    }

    /**
     * @param values [channels, side, side], -1 is black and 1 is full; what lies beyond is clipped
     */
    Png encode(float... values) {
        var file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        chunk(file, "IHDR", header());
        chunk(file, "IDAT", deflated(filtered(samples(values))));
        chunk(file, "IEND", new byte[0]);
        return new Png(file.toByteArray());
    }

    private byte[] header() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putInt(side)
                .putInt(side)
                .put((byte) SAMPLE_BITS)
                .put((byte) (channels == 1 ? GREY : RGB))
                .array();
    }

    /** Row by row, pixel by pixel. */
    private byte[] samples(float... values) {
        var samples = new byte[values.length];
        int pixels = side * side;
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < channels; channel++) {
                float value = values[channel * pixels + pixel];
                samples[pixel * channels + channel] =
                        (byte) Math.round(255 * (Math.clamp(value, -1f, 1f) + 1) / 2);
            }
        }
        return samples;
    }

    private byte[] filtered(byte... samples) {
        int row = side * channels;
        var filtered = new byte[side * (row + 1)];
        for (int y = 0; y < side; y++) {
            filtered[y * (row + 1)] = PAETH;
            for (int x = 0; x < row; x++) {
                int at = y * row + x;
                int left = x < channels ? 0 : samples[at - channels] & 0xFF;
                int above = y == 0 ? 0 : samples[at - row] & 0xFF;
                int corner = x < channels || y == 0 ? 0 : samples[at - row - channels] & 0xFF;
                filtered[y * (row + 1) + 1 + x] = (byte) (samples[at] - paeth(left, above, corner));
            }
        }
        return filtered;
    }

    /** The neighbour nearest to {@code left + above - corner} (section 9.4). */
    private static int paeth(int left, int above, int corner) {
        int guess = left + above - corner;
        int toLeft = Math.abs(guess - left);
        int toAbove = Math.abs(guess - above);
        int toCorner = Math.abs(guess - corner);
        if (toLeft <= toAbove && toLeft <= toCorner) {
            return left;
        }
        return toAbove <= toCorner ? above : corner;
    }

    private static byte[] deflated(byte... bytes) {
        try (var deflater = new Deflater()) {
            deflater.setInput(bytes);
            deflater.finish();
            var packed = new ByteArrayOutputStream();
            var buffer = new byte[1 << 13];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
            return packed.toByteArray();
        }
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var sum = new CRC32();
        sum.update(name);
        sum.update(data);
        file.writeBytes(number(data.length));
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(number((int) sum.getValue()));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
