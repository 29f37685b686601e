package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Bytes one after another, least significant first; their end is an error. */
final class Reading {
    private static final int LONGEST_LINE = 256;

    private final Path file;
    private final MemorySegment bytes;
    private long position;

    Reading(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    long position() {
        return position;
    }

    int unsigned() {
        require(1);
        return bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xFF;
    }

    int unsigned16() {
        return unsigned() | unsigned() << 8;
    }

    int signed32() {
        return unsigned16() | unsigned16() << 16;
    }

    long unsigned32() {
        return Integer.toUnsignedLong(signed32());
    }

    /** A signed number of so many bytes, eight at most. */
    long signed(int length) {
        if (length > Long.BYTES) {
            throw new BadModelException(file, "a number must have at most 8 bytes, has " + length);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (long) unsigned() << (8 * i);
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    String text(long length) {
        require(length);
        byte[] text = bytes.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
        position += length;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException _) {
            throw new BadModelException(file, "a text is not UTF-8");
        }
    }

    /** Up to a line feed, which is passed over. */
    String line() {
        long start = position;
        while (unsigned() != '\n') {
            if (position - start > LONGEST_LINE) {
                throw new BadModelException(
                        file, "a name must have at most " + LONGEST_LINE + " characters");
            }
        }
        long end = position;
        position = start;
        var line = text(end - 1 - start);
        position = end;
        return line;
    }

    private void require(long length) {
        if (length > bytes.byteSize() - position) {
            throw new BadModelException(
                    file,
                    "is cut off: %d bytes should follow byte %d, there are %d"
                            .formatted(length, position, bytes.byteSize() - position));
        }
    }
}
