package dev.millrace.protocol;

import java.util.Arrays;

/** A picture as the bytes of a PNG file; two are equal if their bytes are. */
public final class Png {
    public static final String CONTENT_TYPE = "image/png";

    private final byte[] bytes;

    /**
     * @param bytes handed over; not to be changed afterwards
     */
    public Png(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The file's bytes, which are not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Png png && Arrays.equals(bytes, png.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says nothing of what it shows. */
    @Override
    public String toString() {
        return "a PNG of " + bytes.length + " bytes";
    }
}
