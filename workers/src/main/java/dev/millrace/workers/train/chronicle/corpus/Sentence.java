package dev.millrace.workers.train.chronicle.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A sentence with slots, as ids. */
record Sentence(List<Part> parts) {
    /** What {@code {who}} is. */
    static final List<String> ATTRIBUTES = List.of("trade", "town", "colour", "pet", "food");

    /** A piece of it; words in slots have a space in front unless they follow a quotation mark. */
    sealed interface Part {
        @SuppressWarnings("ArrayRecordComponent") // read by index, never compared
        record Literal(int[] ids) implements Part {}

        @SuppressWarnings("ArrayRecordComponent")
        record OfClass(int[] ids, boolean isSpaced) implements Part {}

        record Noun() implements Part {}

        record Verb() implements Part {}

        /** Feature 0 is the name, the others are the attributes. */
        record OfPerson(int feature) implements Part {}
    }

    Sentence {
        parts = List.copyOf(parts);
    }

    /** Reads a sentence of the lexicon. */
    static Sentence of(String text, Lexicon lexicon, Symbols symbols) {
        List<Part> parts = new ArrayList<>();
        var slot = Lexicon.SLOT.matcher(text);
        var spaced = " " + text;
        var start = 0;
        while (slot.find()) {
            var at = slot.start() + 1;
            var isSpaced = spaced.charAt(at - 1) == ' ';
            addLiteral(parts, spaced.substring(start, isSpaced ? at - 1 : at), symbols);
            parts.add(slot(slot.group(1), isSpaced, lexicon, symbols));
            start = slot.end() + 1;
        }
        addLiteral(parts, spaced.substring(start), symbols);
        return new Sentence(parts);
    }

    private static void addLiteral(List<Part> parts, String text, Symbols symbols) {
        if (!text.isEmpty()) {
            parts.add(new Part.Literal(symbols.ids(text)));
        }
    }

    private static Part slot(String name, boolean isSpaced, Lexicon lexicon, Symbols symbols) {
        var attribute = ATTRIBUTES.indexOf(name);
        if (attribute >= 0) {
            return new Part.OfPerson(attribute + 1);
        }
        return switch (name) {
            case "who" -> new Part.OfPerson(0);
            case "noun" -> new Part.Noun();
            case "verb" -> new Part.Verb();
            case "anytown" -> new Part.OfClass(symbols.spaced(lexicon.words("town")), true);
            default -> new Part.OfClass(symbols.spaced(lexicon.words(name)), isSpaced);
        };
    }

    /** Writes it about a topic and a person. */
    void write(Scroll scroll, Symbols symbols, Topic topic, int[] person, RandomGenerator random) {
        for (var part : parts) {
            switch (part) {
                case Part.Literal(var ids) -> scroll.add(ids);
                case Part.OfClass(var ids, var isSpaced) -> {
                    var id = any(ids, random);
                    scroll.add(isSpaced ? id : symbols.bare(id));
                }
                case Part.Noun() -> scroll.add(any(topic.nouns(), random));
                case Part.Verb() -> scroll.add(any(topic.verbs(), random));
                case Part.OfPerson(var feature) -> scroll.add(person[feature]);
            }
        }
        scroll.endSentence();
    }

    static int any(int[] ids, RandomGenerator random) {
        return ids[random.nextInt(ids.length)];
    }

    /** What a paragraph is about, as ids. */
    @SuppressWarnings("ArrayRecordComponent") // read by index, never compared
    record Topic(int[] nouns, int[] verbs) {}
}
