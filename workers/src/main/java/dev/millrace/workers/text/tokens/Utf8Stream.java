package dev.millrace.workers.text.tokens;

/**
 * Turns UTF-8 bytes into text as they arrive, without ever showing half a character.
 *
 * <p>The decoder of the WHATWG Encoding Standard (section 8.1.1): a character appears with its last
 * byte; bytes that cannot begin or continue a character give one U+FFFD per maximal ill-formed part
 * (Unicode 16, table 3-8) as soon as that is certain. What is held is at most the first three bytes
 * of a character that may still become whole.
 */
final class Utf8Stream {
    private static final char REPLACEMENT = '\uFFFD';

    private int needed;
    private int codePoint;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /** Appends to {@code out} whatever this byte completes. */
    void add(byte value, StringBuilder out) {
        int unsigned = value & 0xFF;
        if (needed == 0) {
            first(unsigned, out);
        } else if (unsigned < lowest || unsigned > highest) {
            reset();
            out.append(REPLACEMENT);
            first(unsigned, out);
        } else {
            next(unsigned, out);
        }
    }

    /** No more bytes will come: a character left unfinished gives one U+FFFD. */
    void flush(StringBuilder out) {
        if (needed > 0) {
            reset();
            out.append(REPLACEMENT);
        }
    }

    private void first(int unsigned, StringBuilder out) {
        if (unsigned < 0x80) {
            out.append((char) unsigned);
        } else if (unsigned < 0xC2 || unsigned > 0xF4) {
            out.append(REPLACEMENT);
        } else if (unsigned < 0xE0) {
            begin(1, unsigned & 0x1F);
        } else if (unsigned < 0xF0) {
            begin(2, unsigned & 0x0F);
            lowest = unsigned == 0xE0 ? 0xA0 : 0x80; // shorter forms exist below
            highest = unsigned == 0xED ? 0x9F : 0xBF; // surrogates above
        } else {
            begin(3, unsigned & 0x07);
            lowest = unsigned == 0xF0 ? 0x90 : 0x80; // shorter forms exist below
            highest = unsigned == 0xF4 ? 0x8F : 0xBF; // beyond U+10FFFF above
        }
    }

    private void begin(int following, int bits) {
        needed = following;
        codePoint = bits;
    }

    private void next(int unsigned, StringBuilder out) {
        codePoint = (codePoint << 6) | (unsigned & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
        needed--;
        if (needed == 0) {
            out.appendCodePoint(codePoint);
        }
    }

    private void reset() {
        needed = 0;
        lowest = 0x80;
        highest = 0xBF;
    }
}
