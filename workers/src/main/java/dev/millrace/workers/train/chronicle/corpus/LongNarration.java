package dev.millrace.workers.train.chronicle.corpus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Writes one long document: needles at uniform depths, and other facts that look like them. */
final class LongNarration {
    private static final int MARGIN = 40;

    private final Phrasing phrasing;
    private final RandomGenerator random;
    private final int tokens;
    private final Scroll scroll;
    private final Ledger ledger;
    private final Filler.Story story;
    private final List<Event> events = new ArrayList<>();
    private final List<Plan> plans = new ArrayList<>();

    /** A fact is to be said about here. */
    private record Event(int place, Statement statement) {}

    /** A question, and the statements that it needs. */
    private record Plan(Question question, List<Statement> needs) {}

    LongNarration(Chronicle chronicle, Split split, RandomGenerator random, int tokens) {
        this.phrasing = chronicle.phrasing();
        this.random = random;
        this.tokens = tokens;
        this.scroll = new Scroll(chronicle.symbols(), tokens, true);
        this.ledger = new Ledger(split, random);
        this.story = chronicle.filler().story(random);
    }

    ChronicleDocument write(int needles) {
        for (var i = 0; i < needles; i++) {
            plan(i, (int) ((i + random.nextDouble()) / needles * (tokens - MARGIN)));
        }
        for (var i = 0; i < needles / 2; i++) {
            planDistraction();
        }
        events.sort(Comparator.comparingInt(Event::place));
        Map<Statement, Span> said = new HashMap<>();
        for (var event : events) {
            while (scroll.size() < event.place()) {
                story.write(scroll);
            }
            var start = scroll.size();
            phrasing.state(scroll, event.statement());
            said.put(event.statement(), new Span(start, scroll.size()));
        }
        fill(needles);
        var asked = plans.stream().map(plan -> needle(plan, said)).toList();
        return new ChronicleDocument(scroll.ids(scroll.size()), scroll.boundaries(), asked);
    }

    /** Of four needles one is overwritten, one is two hops away. */
    private void plan(int needle, int place) {
        switch (needle % 4) {
            case 1 -> planOverwritten(place);
            case 3 -> planTwoHop(place);
            default -> planSingle(place);
        }
    }

    private void planSingle(int place) {
        var fact = newFact(place);
        plans.add(
                new Plan(
                        new Question(Question.Kind.SINGLE, List.of(fact.key()), List.of(fact)),
                        List.of(fact)));
    }

    private Statement.PassCode newFact(int place) {
        var key = ledger.newKey();
        var fact = new Statement.PassCode(key, ledger.newValue(key), false);
        ledger.hold(key, fact.value(), place);
        events.add(new Event(place, fact));
        return fact;
    }

    private void planOverwritten(int place) {
        var old = newFact((int) (random.nextDouble() * place));
        var key = old.key();
        var fact = new Statement.PassCode(key, ledger.newValue(key), true);
        events.add(new Event(place, fact));
        var answer = new Statement.PassCode(key, fact.value(), false);
        plans.add(
                new Plan(
                        new Question(Question.Kind.OVERWRITTEN, List.of(key), List.of(answer)),
                        List.of(fact)));
    }

    private void planTwoHop(int place) {
        var fact = newFact(place);
        var hop = new Statement.LivesWith(ledger.newKey(), fact.key());
        events.add(new Event(anywhere(), hop));
        plans.add(
                new Plan(
                        new Question(Question.Kind.TWO_HOP, List.of(hop.key()), List.of(hop, fact)),
                        List.of(hop, fact)));
    }

    private void planDistraction() {
        var key = random.nextBoolean() ? ledger.anyHolder() : ledger.newKey();
        events.add(
                new Event(
                        anywhere(),
                        new Statement.OtherNumber(
                                key,
                                random.nextInt(Phrasing.RELATIONS),
                                random.nextInt(Phrasing.VALUES))));
    }

    private int anywhere() {
        return random.nextInt(tokens - MARGIN);
    }

    /** Up to the last sentence that fits. */
    private void fill(int needles) {
        var end = scroll.size();
        while (scroll.size() <= tokens) {
            end = scroll.size();
            story.write(scroll);
        }
        if (end > tokens) {
            throw new IllegalArgumentException(
                    needles + " needles do not fit into " + tokens + " tokens");
        }
        scroll.cut(end);
    }

    private static ChronicleDocument.Needle needle(Plan plan, Map<Statement, Span> said) {
        return new ChronicleDocument.Needle(
                plan.question(), plan.needs().stream().map(said::get).toList());
    }
}
