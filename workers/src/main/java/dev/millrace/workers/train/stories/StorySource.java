package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/** Documents of the grammar as token ids, from the begin token to the end token. */
final class StorySource {
    private final StoryGrammar grammar = new StoryGrammar();
    private final Vocabulary vocabulary = StoryVocabulary.stories();

    /**
     * A document.
     *
     * @param echoes which of the ids belong to words that repeat what the story has said, or must
     *     differ from it
     * @param logProbability of all ids after the begin token
     */
    record Sample(List<Integer> ids, BitSet echoes, double logProbability) {}

    Vocabulary vocabulary() {
        return vocabulary;
    }

    Sample draw(RandomGenerator random) {
        var document = grammar.draw(random);
        List<Integer> ids = new ArrayList<>();
        var echoes = new BitSet();
        ids.add(vocabulary.id(Vocabulary.BEGIN));
        var end = 0;
        for (var piece : vocabulary.pieces(document.text())) {
            var first = ids.size();
            end += piece.length();
            ids.addAll(vocabulary.encodePiece(piece));
            echoes.set(first, ids.size(), document.echoes().get(end - 1));
        }
        ids.add(vocabulary.id(Vocabulary.END));
        return new Sample(ids, echoes, document.logProbability());
    }

    /** A request for a story and the story, special tokens written out. */
    String turn(RandomGenerator random) {
        return grammar.draw("turn", random).text();
    }
}
