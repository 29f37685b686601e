package dev.millrace.workers.train.tokens;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The printable characters that stand for bytes in byte-level vocabularies, as in GPT-2: visible
 * Latin-1 characters stand for themselves, the other 68 bytes for U+0100 and up.
 */
final class ByteSymbols {
    private static final List<String> SYMBOLS = new ArrayList<>();
    private static final Map<Character, Integer> BYTES = new HashMap<>();

    static {
        var next = 0x100;
        for (var b = 0; b < 0x100; b++) {
            var symbol = (char) (isVisible(b) ? b : next++);
            SYMBOLS.add(String.valueOf(symbol));
            BYTES.put(symbol, b);
        }
    }

    private ByteSymbols() {}

    private static boolean isVisible(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    }

    /** The 256 symbols in the order of their bytes. */
    static List<String> all() {
        return SYMBOLS;
    }

    static String of(byte b) {
        return SYMBOLS.get(Byte.toUnsignedInt(b));
    }

    static String of(String text) {
        var symbols = new StringBuilder();
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            symbols.append(of(b));
        }
        return symbols.toString();
    }

    static String toText(String symbols) {
        var bytes = new ByteArrayOutputStream();
        symbols.chars()
                .forEach(symbol -> bytes.write(BYTES.getOrDefault((char) symbol, (int) '?')));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
