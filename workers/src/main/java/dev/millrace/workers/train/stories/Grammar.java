package dev.millrace.workers.train.stories;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rules of the stories as data: classes of words, and for every name the ways to make it.
 *
 * <p>A name is made either by rules (sequences of symbols) or by sentences, never both.
 */
record Grammar(
        Map<String, List<String>> classes,
        Set<String> spelledClasses,
        Map<String, Set<String>> distinctClasses,
        Map<String, List<Rule>> rules,
        Map<String, List<Template>> sentences) {

    /** Where every document begins. */
    static final String ROOT = "document";

    private static final Grammar STORIES = GrammarReader.readResource("stories.grammar");

    /** The grammar of the model that ships. */
    static Grammar stories() {
        return STORIES;
    }

    /** All sentence templates, in the order of the file. */
    List<Template> templates() {
        return sentences.values().stream().flatMap(List::stream).sorted().toList();
    }

    /** The words of a class. */
    List<String> words(String wordClass) {
        return Objects.requireNonNull(classes.get(wordClass), wordClass);
    }

    boolean isSpelled(String wordClass) {
        return spelledClasses.contains(wordClass);
    }

    /**
     * The classes, this one among them, of which two variables never have the same word; none if
     * words of this class may be had twice.
     */
    Set<String> distinctFrom(String wordClass) {
        return distinctClasses.getOrDefault(wordClass, Set.of());
    }

    /** One way to make a name out of symbols. */
    record Rule(int weight, List<Symbol> symbols) {}

    /** A part of a rule. */
    sealed interface Symbol {
        /** A name with ways to make it. */
        record Name(String name) implements Symbol {}

        /** The end of a paragraph. */
        record Paragraph() implements Symbol {}

        /** A special token of the tokenizer. */
        record Special(String token) implements Symbol {}
    }
}
