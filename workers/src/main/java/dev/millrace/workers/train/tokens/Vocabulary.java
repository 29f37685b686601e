package dev.millrace.workers.train.tokens;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Token ids: 256 byte symbols, every word with and without a space before it, and the special
 * tokens. What is not a word is spelled in bytes.
 */
public final class Vocabulary {
    public static final String BEGIN = "<|begin|>";
    public static final String END = "<|end|>";
    public static final String SYSTEM = "<|system|>";
    public static final String USER = "<|user|>";
    public static final String ASSISTANT = "<|assistant|>";
    public static final List<String> SPECIALS = List.of(BEGIN, END, SYSTEM, USER, ASSISTANT);

    private static final Pattern SPECIAL =
            Pattern.compile(SPECIALS.stream().map(Pattern::quote).collect(Collectors.joining("|")));
    private static final int BYTES = 256;

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> symbols = new ArrayList<>();

    /** A vocabulary of these words. */
    public Vocabulary(Stream<String> words) {
        ByteSymbols.all().forEach(this::add);
        var pieces = new TreeSet<>(List.of("\n\n", "\n", " "));
        words.forEach(word -> pieces.addAll(List.of(word, " " + word)));
        pieces.stream().map(ByteSymbols::of).forEach(this::add);
        SPECIALS.forEach(this::add);
    }

    private void add(String symbol) {
        if (ids.putIfAbsent(symbol, symbols.size()) == null) {
            symbols.add(symbol);
        }
    }

    /** How many tokens there are. */
    public int size() {
        return symbols.size();
    }

    /** The id of a special token. */
    public int id(String special) {
        var id = ids.get(special);
        if (id == null) {
            throw new IllegalArgumentException("no token " + special);
        }
        return id;
    }

    /** Symbol to id, in the order of ids, without the special tokens. */
    public Map<String, Integer> words() {
        Map<String, Integer> words = new LinkedHashMap<>(ids);
        SPECIALS.forEach(words::remove);
        return words;
    }

    /** Ids of a text in which special tokens may be written out. */
    public List<Integer> encode(String text) {
        return pieces(text).stream().flatMap(piece -> encodePiece(piece).stream()).toList();
    }

    /** The text in pieces that are encoded one by one. */
    public List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        var special = SPECIAL.matcher(text);
        var start = 0;
        while (special.find()) {
            pieces.addAll(Pieces.of(text.substring(start, special.start())));
            pieces.add(special.group());
            start = special.end();
        }
        pieces.addAll(Pieces.of(text.substring(start)));
        return pieces;
    }

    /** One id if the piece is in the vocabulary, else those of its bytes. */
    public List<Integer> encodePiece(String piece) {
        if (SPECIALS.contains(piece)) {
            return List.of(id(piece));
        }
        var id = ids.get(ByteSymbols.of(piece));
        if (id != null) {
            return List.of(id);
        }
        List<Integer> bytes = new ArrayList<>();
        for (var b : piece.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(ids.get(ByteSymbols.of(b)));
        }
        return bytes;
    }

    /** The text of these ids, special tokens written out. */
    public String decode(List<Integer> encoded) {
        var text = new StringBuilder();
        encoded.forEach(id -> text.append(symbols.get(id)));
        return ByteSymbols.toText(text.toString());
    }

    /** Whether the token is one byte of something that is not a word. */
    public boolean isByte(int id) {
        return id < BYTES;
    }
}
