package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.Collection;
import java.util.List;

/** The chronicles' vocabulary, and fast ways from words to ids. */
final class Symbols {
    private final Vocabulary vocabulary;
    private final int[] bare;
    private final int paragraph;

    Symbols(Lexicon lexicon) {
        this.vocabulary = new Vocabulary(lexicon.words());
        this.bare = bare(vocabulary);
        this.paragraph = ids("\n\n")[0];
    }

    /** For each id that has a space in front the id that has none; any other stands for itself. */
    private static int[] bare(Vocabulary vocabulary) {
        var bare = new int[vocabulary.size()];
        for (var id = 0; id < bare.length; id++) {
            var text = vocabulary.decode(List.of(id));
            var isSpaced = text.length() > 1 && text.startsWith(" ");
            bare[id] = isSpaced ? vocabulary.encode(text.substring(1)).getFirst() : id;
        }
        return bare;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The ids of a text. */
    int[] ids(String text) {
        return vocabulary.encode(text).stream().mapToInt(Integer::intValue).toArray();
    }

    /** One id for each word, with a space in front. */
    int[] spaced(Collection<String> words) {
        return words.stream().mapToInt(word -> single(" " + word)).toArray();
    }

    private int single(String piece) {
        var ids = ids(piece);
        if (ids.length != 1) {
            throw new IllegalArgumentException("must be one token: \"" + piece + "\"");
        }
        return ids[0];
    }

    /** The same word without a space in front. */
    int bare(int id) {
        return bare[id];
    }

    int special(String token) {
        return vocabulary.id(token);
    }

    /** What stands between two paragraphs. */
    int paragraph() {
        return paragraph;
    }
}
