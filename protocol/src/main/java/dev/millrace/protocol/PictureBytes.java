package dev.millrace.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A picture's file where its header is read, and what is said of one that is no good. */
record PictureBytes(ByteBuffer file) {
    static PictureBytes of(byte[] bytes, ByteOrder order) {
        return new PictureBytes(ByteBuffer.wrap(bytes).order(order));
    }

    int size() {
        return file.limit();
    }

    int at(int at) {
        return Byte.toUnsignedInt(file.get(at));
    }

    int unsigned(int at) {
        return Short.toUnsignedInt(file.getShort(at));
    }

    int integer(int at) {
        return file.getInt(at);
    }

    long number(int at) {
        return file.getLong(at);
    }

    /** Four letters. */
    String word(int at) {
        var letters = new byte[Integer.BYTES];
        file.get(at, letters);
        return new String(letters, ISO_8859_1);
    }

    ByteBuffer part(int at, int length) {
        return file.slice(at, length);
    }

    /** The same place, if so many bytes are there. */
    int requireThere(int at, long length) {
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

    static IllegalArgumentException broken(String format, String why) {
        return new IllegalArgumentException("the picture is a broken " + format + ": " + why);
    }
}
