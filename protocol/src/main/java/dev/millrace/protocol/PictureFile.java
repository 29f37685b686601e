package dev.millrace.protocol;

import java.util.Arrays;

/**
 * A picture as somebody sent it: the bytes of a PNG, JPEG or WebP file; two are equal if their
 * bytes are.
 */
public final class PictureFile {
    /** As base64 in a job's record it is a third more, and must fit there. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    public static final int MAX_SIDE = 16_384;

    private final byte[] bytes;

    /**
     * @param bytes handed over; not to be changed afterwards
     * @throws IllegalArgumentException if there are none, or too many
     */
    public PictureFile(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a picture must have 1..%d bytes, had %d".formatted(MAX_BYTES, bytes.length));
        }
        this.bytes = bytes;
    }

    /** The formats that are read. */
    public enum Format {
        PNG,
        JPEG,
        WEBP
    }

    /**
     * What a file's header says.
     *
     * @param width in pixels, as stored
     * @param height in pixels, as stored
     */
    public record Facts(Format format, int width, int height) {
        public Facts {
            if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
                throw new IllegalArgumentException(
                        "a picture must be 1..%d pixels wide and high, was %dx%d"
                                .formatted(MAX_SIDE, width, height));
            }
        }

        public long pixels() {
            return (long) width * height;
        }
    }

    /**
     * Reads the header and sees whether the file is whole, so that what cannot be decoded is
     * refused before it is queued.
     *
     * @throws IllegalArgumentException if it is no picture of a known format, or cut off, or larger
     *     than {@link #MAX_SIDE}
     */
    public Facts facts() {
        return PictureHeader.read(bytes);
    }

    /** The file's bytes, which are not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PictureFile file && Arrays.equals(bytes, file.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says nothing of what it shows. */
    @Override
    public String toString() {
        return "a picture of " + bytes.length + " bytes";
    }
}
