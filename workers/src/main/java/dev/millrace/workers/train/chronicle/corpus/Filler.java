package dev.millrace.workers.train.chronicle.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What happens between the facts: paragraphs of 4 to 10 sentences, each about one topic. Five
 * people come up again and again, and never change.
 */
final class Filler {
    private static final int PEOPLE = 5;
    private static final int SHORTEST = 4;
    private static final int LONGEST = 10;

    private final Symbols symbols;
    private final List<Sentence.Topic> topics;
    private final List<Sentence> sentences = new ArrayList<>();
    private final int[][] features;

    Filler(Lexicon lexicon, Symbols symbols) {
        this.symbols = symbols;
        this.topics =
                lexicon.topics().stream()
                        .map(topic ->
                                new Sentence.Topic(
                                        symbols.spaced(topic.nouns()),
                                        symbols.spaced(topic.verbs())))
                        .toList();
        for (var say : lexicon.sentences()) {
            var sentence = Sentence.of(say.text(), lexicon, symbols);
            for (var i = 0; i < say.weight(); i++) {
                sentences.add(sentence);
            }
        }
        this.features = new int[Sentence.ATTRIBUTES.size() + 1][];
        features[0] = symbols.spaced(lexicon.words("name"));
        for (var i = 1; i < features.length; i++) {
            features[i] = symbols.spaced(lexicon.words(Sentence.ATTRIBUTES.get(i - 1)));
        }
    }

    /** The filler of one text. */
    Story story(RandomGenerator random) {
        return new Story(random);
    }

    /** The filler of one text: its people, and where it stands in its paragraph. */
    final class Story {
        private final RandomGenerator random;
        private final int[][] people = new int[PEOPLE][];
        private Sentence.Topic topic;
        private int left;

        private Story(RandomGenerator random) {
            this.random = random;
            var names = features[0].clone();
            for (var i = 0; i < PEOPLE; i++) {
                people[i] = person(names, i);
            }
            this.topic = topics.getFirst();
        }

        /** Names differ: drawn without replacement by exchanging the drawn one to the front. */
        private int[] person(int[] names, int index) {
            var person = new int[features.length];
            var drawn = index + random.nextInt(names.length - index);
            person[0] = names[drawn];
            names[drawn] = names[index];
            for (var i = 1; i < person.length; i++) {
                person[i] = Sentence.any(features[i], random);
            }
            return person;
        }

        /** One more sentence. */
        void write(Scroll scroll) {
            if (left == 0) {
                topic = topics.get(random.nextInt(topics.size()));
                left = random.nextInt(SHORTEST, LONGEST + 1);
                scroll.breakParagraph();
            }
            left--;
            sentences
                    .get(random.nextInt(sentences.size()))
                    .write(scroll, symbols, topic, people[random.nextInt(PEOPLE)], random);
        }
    }
}
