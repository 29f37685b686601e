package dev.millrace.app.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Picks events out of one connection's bytes, wherever reads and chunks split them. Lines that are
 * neither {@code event:} nor {@code data:} (headers, chunk sizes, ids, comments) are passed over.
 */
final class SseCounter {
    private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TEXT = "\"text\":\"".getBytes(StandardCharsets.US_ASCII);

    private byte[] line = new byte[512];
    private int length;
    private String type = "";

    /** Is told each event, with the number at the start of its text (0 if there is none). */
    interface Sink {
        void event(String type, long number);
    }

    void read(ByteBuffer bytes, Sink sink) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (b == '\n') {
                end(sink);
                length = 0;
            } else if (b != '\r') {
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = b;
            }
        }
    }

    private void end(Sink sink) {
        if (startsWith(EVENT)) {
            type =
                    new String(line, EVENT.length, length - EVENT.length, StandardCharsets.US_ASCII)
                            .intern();
        } else if (startsWith(DATA)) {
            sink.event(type, number());
        }
    }

    private boolean startsWith(byte[] prefix) {
        return length >= prefix.length
                && Arrays.equals(line, 0, prefix.length, prefix, 0, prefix.length);
    }

    private long number() {
        int at = indexOf(TEXT);
        long number = 0;
        for (int i = at < 0 ? length : at + TEXT.length;
                i < length && line[i] >= '0' && line[i] <= '9';
                i++) {
            number = number * 10 + line[i] - '0';
        }
        return number;
    }

    private int indexOf(byte[] word) {
        for (int i = 0; i + word.length <= length; i++) {
            if (Arrays.equals(line, i, i + word.length, word, 0, word.length)) {
                return i;
            }
        }
        return -1;
    }
}
