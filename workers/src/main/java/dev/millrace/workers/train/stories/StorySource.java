package dev.millrace.workers.train.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Documents of the grammar as token ids, from the begin token to the end token. */
final class StorySource {
    private final StoryGrammar grammar = new StoryGrammar();
    private final StoryVocabulary vocabulary = StoryVocabulary.stories();

    /** A document's ids and the log-probability of all of them after the begin token. */
    record Sample(List<Integer> ids, double logProbability) {}

    StoryVocabulary vocabulary() {
        return vocabulary;
    }

    Sample draw(RandomGenerator random) {
        var document = grammar.draw(random);
        List<Integer> ids = new ArrayList<>();
        ids.add(vocabulary.id(StoryVocabulary.BEGIN));
        ids.addAll(vocabulary.encode(document.text()));
        ids.add(vocabulary.id(StoryVocabulary.END));
        return new Sample(ids, document.logProbability());
    }

    /** A request for a story and the story, special tokens written out. */
    String turn(RandomGenerator random) {
        return grammar.draw("turn", random).text();
    }
}
