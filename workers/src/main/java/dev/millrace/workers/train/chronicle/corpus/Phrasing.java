package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.tokens.Vocabulary;

/** Facts, questions and answers in words. */
final class Phrasing {
    /** First and second parts of keys; a key is a pair of them. */
    static final int FIRSTS = 64;

    static final int SECONDS = 256;
    static final int KEYS = FIRSTS * SECONDS;
    static final int VALUES = 1000;
    static final int RELATIONS = 4;

    private static final String[] NUMBERS = {"locker", "room", "house", "ticket"};
    private static final int DIGITS = 3;
    private static final int NAME = 2;

    private final Symbols symbols;
    private final int[] first;
    private final int[] second;
    private final int[] digits;
    private final int[] passCode;
    private final int[] newPassCode;
    private final int[][] others = new int[RELATIONS][];
    private final int[] is;
    private final int[] livesWith;
    private final int[] question;
    private final int[] answer;
    private final int[] what;
    private final int[] whatSeveral;
    private final int[] and;
    private final int[] whatOfTheOne;
    private final int mark;
    private final int stop;

    Phrasing(Lexicon lexicon, Symbols symbols) {
        this.symbols = symbols;
        this.first = symbols.spaced(lexicon.words("first"));
        this.second = symbols.spaced(lexicon.words("second"));
        this.digits = symbols.spaced(lexicon.words("digit"));
        this.passCode = symbols.ids(" The pass code of");
        this.newPassCode = symbols.ids(" The new pass code of");
        for (var i = 0; i < RELATIONS; i++) {
            others[i] = symbols.ids(" The " + NUMBERS[i] + " number of");
        }
        this.is = symbols.ids(" is");
        this.livesWith = symbols.ids(" lives with");
        this.question = symbols.ids(" Question:");
        this.answer = symbols.ids(" Answer:");
        this.what = symbols.ids(" What is the pass code of");
        this.whatSeveral = symbols.ids(" What are the pass codes of");
        this.and = symbols.ids(" and");
        this.whatOfTheOne = symbols.ids(" What is the pass code of the one that");
        this.mark = symbols.ids("?")[0];
        this.stop = symbols.ids(".")[0];
    }

    /** Writes a sentence. */
    void state(Scroll scroll, Statement statement) {
        switch (statement) {
            case Statement.PassCode(var key, var value, var isNew) ->
                    number(scroll, isNew ? newPassCode : passCode, key, value);
            case Statement.OtherNumber(var key, var relation, var value) ->
                    number(scroll, others[relation], key, value);
            case Statement.LivesWith(var key, var other) -> {
                name(scroll, key);
                scroll.add(livesWith);
                name(scroll, other);
            }
        }
        scroll.add(stop);
        scroll.endSentence();
    }

    /** Writes a number that nothing in the text foretells. */
    void stateNew(Scroll scroll, Statement statement) {
        state(scroll, statement);
        scroll.markDrawn(statement instanceof Statement.LivesWith ? 0 : DIGITS);
    }

    private void number(Scroll scroll, int[] words, int key, int value) {
        scroll.add(words);
        name(scroll, key);
        scroll.add(is);
        scroll.add(digits[value / 100]);
        scroll.add(symbols.bare(digits[value / 10 % 10]));
        scroll.add(symbols.bare(digits[value % 10]));
    }

    private void name(Scroll scroll, int key) {
        scroll.add(first[key / SECONDS]);
        scroll.add(second[key % SECONDS]);
    }

    /** Writes the answer's sentences, and marks what they tell. */
    void answer(Scroll scroll, Question question) {
        for (var statement : question.answer()) {
            state(scroll, statement);
            scroll.markTold(statement instanceof Statement.LivesWith ? NAME : DIGITS);
        }
    }

    /** Writes the question itself. */
    void ask(Scroll scroll, Question question) {
        switch (question.kind()) {
            case SINGLE, OVERWRITTEN -> scroll.add(what);
            case SEVERAL -> scroll.add(whatSeveral);
            case TWO_HOP -> scroll.add(whatOfTheOne);
        }
        name(scroll, question.keys().getFirst());
        switch (question.kind()) {
            case SINGLE, OVERWRITTEN -> {}
            case SEVERAL -> {
                scroll.add(and);
                name(scroll, question.keys().getLast());
            }
            case TWO_HOP -> scroll.add(livesWith);
        }
        scroll.add(mark);
        scroll.endSentence();
    }

    void announceQuestion(Scroll scroll) {
        scroll.add(question);
    }

    /** What stands between a question and its answer. */
    void turn(Scroll scroll, Form form) {
        switch (form) {
            case PLAIN -> scroll.add(answer);
            case CHAT -> {
                scroll.addSpecial(Vocabulary.END);
                scroll.addSpecial(Vocabulary.ASSISTANT);
            }
        }
    }
}
