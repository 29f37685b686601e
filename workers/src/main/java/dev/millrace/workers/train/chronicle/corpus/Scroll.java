package dev.millrace.workers.train.chronicle.corpus;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A text while it is written: its ids, and which of them end a sentence, are told by an answer, or
 * could not be foretold.
 */
final class Scroll {
    private final Symbols symbols;
    private final BitSet boundaries = new BitSet();
    private final BitSet told = new BitSet();
    private final BitSet drawn = new BitSet();
    private int[] ids;
    private int size;
    private boolean isBare;

    /** {@code isBare}: nothing stands before it that its first word must be kept apart from. */
    Scroll(Symbols symbols, int expected, boolean isBare) {
        this.symbols = symbols;
        this.ids = new int[expected + 64];
        this.isBare = isBare;
    }

    int size() {
        return size;
    }

    /** Whether nothing of a paragraph or a turn has been written yet. */
    boolean isBare() {
        return isBare;
    }

    /** Adds a token; a word loses its space where a paragraph or a turn begins. */
    void add(int id) {
        addRaw(isBare ? symbols.bare(id) : id);
        isBare = false;
    }

    void add(int[] more) {
        for (var id : more) {
            add(id);
        }
    }

    /** Adds a special token; what follows begins without a space. */
    void addSpecial(String token) {
        addRaw(symbols.special(token));
        isBare = true;
    }

    /** Begins a paragraph, unless one has just begun. */
    void breakParagraph() {
        if (!isBare) {
            addRaw(symbols.paragraph());
            isBare = true;
        }
    }

    private void addRaw(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
    }

    /** The last token ends a sentence. */
    void endSentence() {
        boundaries.set(size - 1);
    }

    /** So many tokens before the last one could not be foretold. */
    void markDrawn(int tokens) {
        drawn.set(size - 1 - tokens, size - 1);
    }

    /** So many tokens before the last one are what an answer tells. */
    void markTold(int tokens) {
        told.set(size - 1 - tokens, size - 1);
    }

    /**
     * Takes back everything after the first {@code length} tokens, the last of which ended a
     * sentence.
     */
    void cut(int length) {
        boundaries.clear(length, Math.max(length, size));
        told.clear(length, Math.max(length, size));
        drawn.clear(length, Math.max(length, size));
        size = length;
        isBare = false;
    }

    int[] ids(int length) {
        return Arrays.copyOf(ids, length);
    }

    /** Which tokens end a sentence: the live set. */
    BitSet boundaries() {
        return boundaries;
    }

    /** Which tokens could not be foretold: the live set. */
    BitSet drawn() {
        return drawn;
    }

    /** Which tokens are what an answer tells: the live set. */
    BitSet told() {
        return told;
    }
}
