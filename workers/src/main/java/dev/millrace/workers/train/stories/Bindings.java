package dev.millrace.workers.train.stories;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who and what a story is about so far: the values of the grammar's variables. */
final class Bindings {
    /** Names that are spelled out say by their ending which pronoun they take. */
    private static final Pattern FEMININE_ENDING = Pattern.compile(".*(a|i|y)");

    private final Grammar grammar;
    private final List<String> girls;
    private final Map<String, Value> values = new HashMap<>();

    Bindings(Grammar grammar) {
        this.grammar = grammar;
        this.girls = grammar.classes().getOrDefault("girl", List.of());
    }

    private record Value(String word, String wordClass) {}

    Optional<String> value(String variable) {
        return Optional.ofNullable(values.get(variable)).map(Value::word);
    }

    void bind(String variable, String wordClass, String word) {
        values.put(variable, new Value(word, wordClass));
    }

    /** The words that no new variable of this class can have, since others have them. */
    List<String> taken(String wordClass) {
        var classes = grammar.distinctFrom(wordClass);
        return values.values().stream()
                .filter(value -> classes.contains(value.wordClass()))
                .map(Value::word)
                .toList();
    }

    /** The form of the pronoun for a character that has a name; empty if it has none. */
    Optional<String> pronoun(String variable, Pronouns form) {
        return Optional.ofNullable(values.get(variable)).map(value -> form.of(isFeminine(value)));
    }

    private boolean isFeminine(Value name) {
        return grammar.isSpelled(name.wordClass())
                ? FEMININE_ENDING.matcher(name.word()).matches()
                : girls.contains(name.word());
    }

    Bindings copy() {
        var copy = new Bindings(grammar);
        copy.values.putAll(values);
        return copy;
    }
}
