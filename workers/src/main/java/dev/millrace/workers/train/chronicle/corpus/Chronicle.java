package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes up chronicles. What comes out depends on the arguments only. */
public final class Chronicle {
    private final Symbols symbols;
    private final Phrasing phrasing;
    private final Filler filler;

    /** A question as the model reads it, and what it should say then. */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    public record Exchange(int[] prompt, int[] answer) {}

    public Chronicle() {
        var lexicon = Lexicon.chronicle();
        this.symbols = new Symbols(lexicon);
        this.phrasing = new Phrasing(lexicon, symbols);
        this.filler = new Filler(lexicon, symbols);
    }

    public Vocabulary vocabulary() {
        return symbols.vocabulary();
    }

    Symbols symbols() {
        return symbols;
    }

    Phrasing phrasing() {
        return phrasing;
    }

    Filler filler() {
        return filler;
    }

    /** A row of {@code length} tokens, and one more, to learn from. */
    public Row row(Split split, long seed, int length) {
        var random = new SplittableRandom(split.seed(seed, length));
        return new Narration(this, split, random, length).write();
    }

    /** A document to measure with, of at most this many tokens and at most a sentence less. */
    public ChronicleDocument longDocument(long seed, int tokens, int needles) {
        return longDocument(Split.TEST, seed, tokens, needles);
    }

    /** A document of at most this many tokens and at most a sentence less. */
    public ChronicleDocument longDocument(Split split, long seed, int tokens, int needles) {
        var random = new SplittableRandom(split.seed(seed, tokens));
        return new LongNarration(this, split, random, tokens).write(needles);
    }

    /** What stands before a text. */
    public int[] opening(Form form) {
        var scroll = new Scroll(symbols, 2, true);
        scroll.addSpecial(Vocabulary.BEGIN);
        if (form == Form.CHAT) {
            scroll.addSpecial(Vocabulary.USER);
        }
        return scroll.ids(scroll.size());
    }

    /** A question after a text: up to where the answer begins, and the answer to its end. */
    public Exchange exchange(Question question, Form form) {
        var scroll = new Scroll(symbols, 64, false);
        scroll.breakParagraph();
        phrasing.announceQuestion(scroll);
        phrasing.ask(scroll, question);
        phrasing.turn(scroll, form);
        var start = scroll.size();
        phrasing.answer(scroll, question);
        if (form == Form.CHAT) {
            scroll.addSpecial(Vocabulary.END);
        }
        return new Exchange(
                scroll.ids(start),
                Arrays.copyOfRange(scroll.ids(scroll.size()), start, scroll.size()));
    }
}
