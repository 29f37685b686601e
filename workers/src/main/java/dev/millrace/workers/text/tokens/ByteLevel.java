package dev.millrace.workers.text.tokens;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's spelling: every byte is one printable character. Bytes that print as themselves in
 * Latin-1 keep their character, the others take U+0100, U+0101 and so on, in order.
 *
 * <p>A name with any other character (an added token in plain text) is its own UTF-8.
 */
final class ByteLevel implements Spelling {
    private static final int CHARACTERS = 0x100 + 68;

    private final short[] byteOf = new short[CHARACTERS];

    ByteLevel() {
        Arrays.fill(byteOf, (short) -1);
        char next = 0x100;
        for (int value = 0; value < 0x100; value++) {
            char written = prints(value) ? (char) value : next++;
            byteOf[written] = (short) value;
        }
    }

    private static boolean prints(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
    }

    @Override
    public byte[] bytesOf(String name) {
        var bytes = new byte[name.length()];
        for (int at = 0; at < bytes.length; at++) {
            char written = name.charAt(at);
            if (written >= CHARACTERS || byteOf[written] < 0) {
                return name.getBytes(StandardCharsets.UTF_8);
            }
            bytes[at] = (byte) byteOf[written];
        }
        return bytes;
    }

    @Override
    public boolean addsSpace() {
        return false;
    }
}
