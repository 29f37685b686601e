package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes one row: filler, facts, and questions about them. */
final class Narration {
    private static final int SHORTEST_QUIET = 512;
    private static final double QUIET_SHARE = 0.3;

    private final Phrasing phrasing;
    private final RandomGenerator random;
    private final Form form;
    private final int length;
    private final Scroll scroll;
    private final Ledger ledger;
    private final Filler.Story story;
    private final List<Row.Answer> answers = new ArrayList<>();
    private final boolean isQuiet;
    private int nextFact;
    private int nextQuestion;
    private int promised = -1;

    Narration(Chronicle chronicle, Split split, RandomGenerator random, int length) {
        this.phrasing = chronicle.phrasing();
        this.random = random;
        this.form = random.nextBoolean() ? Form.CHAT : Form.PLAIN;
        this.length = length;
        this.scroll = new Scroll(chronicle.symbols(), length, true);
        this.ledger = new Ledger(split, random);
        this.story = chronicle.filler().story(random);
        this.isQuiet = length >= SHORTEST_QUIET && random.nextDouble() < QUIET_SHARE;
        this.nextFact = random.nextInt(40);
        this.nextQuestion =
                isQuiet ? length * random.nextInt(50, 95) / 100 : random.nextInt(25, 80);
    }

    Row write() {
        scroll.addSpecial(Vocabulary.BEGIN);
        if (form == Form.CHAT) {
            scroll.addSpecial(Vocabulary.USER);
        }
        while (scroll.size() <= length) {
            writeOn();
        }
        scroll.cut(length + 1);
        return new Row(
                scroll.ids(length + 1),
                scroll.boundaries(),
                scroll.told(),
                scroll.drawn(),
                answers);
    }

    private void writeOn() {
        if (scroll.size() >= nextQuestion && promised < 0 && ledger.hasQuestions()) {
            ask();
        } else if (scroll.size() >= nextFact) {
            stateFact();
            nextFact = scroll.size() + random.nextInt(10, 70);
        } else {
            story.write(scroll);
        }
    }

    private void stateFact() {
        var kind = random.nextInt(20);
        if (promised >= 0 || kind < 10 || !ledger.hasHolders()) {
            statePassCode();
        } else if (kind < 13) {
            stateOtherNumber();
        } else if (kind < 16) {
            stateNewPassCode();
        } else {
            stateLivesWith();
        }
    }

    private void statePassCode() {
        var key = promised >= 0 ? promised : ledger.newKey();
        var value = ledger.newValue(key);
        phrasing.stateNew(scroll, new Statement.PassCode(key, value, false));
        ledger.hold(key, value, scroll.size());
        promised = -1;
    }

    private void stateNewPassCode() {
        var key = ledger.anyHolder();
        if (ledger.isOverwritten(key)) {
            statePassCode();
            return;
        }
        var value = ledger.newValue(key);
        phrasing.stateNew(scroll, new Statement.PassCode(key, value, true));
        ledger.overwrite(key, value, scroll.size());
    }

    private void stateOtherNumber() {
        var key = random.nextBoolean() ? ledger.anyHolder() : ledger.newKey();
        var relation = random.nextInt(Phrasing.RELATIONS);
        var value = random.nextInt(Phrasing.VALUES);
        phrasing.stateNew(scroll, new Statement.OtherNumber(key, relation, value));
    }

    /** Every other time the pass code is still to be said; it is the next fact then. */
    private void stateLivesWith() {
        var key = ledger.newKey();
        if (random.nextBoolean()) {
            promised = ledger.newKey();
        }
        var other = promised >= 0 ? promised : ledger.anyHolder();
        phrasing.stateNew(scroll, new Statement.LivesWith(key, other));
        ledger.livesWith(key, other, scroll.size());
    }

    private void ask() {
        var asked = ledger.take(scroll.size());
        if (random.nextInt(4) > 0) {
            scroll.breakParagraph();
        }
        if (form == Form.PLAIN || random.nextInt(4) > 0) {
            phrasing.announceQuestion(scroll);
        }
        phrasing.ask(scroll, asked.question());
        phrasing.turn(scroll, form);
        var start = scroll.size();
        phrasing.answer(scroll, asked.question());
        endTurn();
        var end = scroll.size();
        if (end <= length + 1) {
            answers.add(
                    new Row.Answer(
                            asked.question().kind(), new Span(start, end), asked.distance()));
        }
        beginTurn();
        nextQuestion = scroll.size() + (isQuiet ? random.nextInt(20) : random.nextInt(30, 110));
    }

    private void endTurn() {
        if (form == Form.CHAT) {
            scroll.addSpecial(Vocabulary.END);
        }
    }

    private void beginTurn() {
        if (form == Form.CHAT) {
            scroll.addSpecial(Vocabulary.USER);
        } else if (random.nextBoolean()) {
            scroll.breakParagraph();
        }
    }
}
