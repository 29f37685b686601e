package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.stories.Grammar.Rule;
import dev.millrace.workers.train.stories.Grammar.Symbol;
import dev.millrace.workers.train.stories.Template.Part;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Generates documents, each with its exact log-probability.
 *
 * <p>Every choice leaves its own trace in the text (sentences are unique, words within a class are
 * unique), so a text has one derivation and its probability is the product of the choices'.
 */
public final class StoryGrammar {
    private final Grammar grammar;

    public StoryGrammar() {
        this(Grammar.stories());
    }

    StoryGrammar(Grammar grammar) {
        this.grammar = grammar;
    }

    /** A document of any form: a story, or a chat. */
    Document draw(RandomGenerator random) {
        return draw(Grammar.ROOT, random);
    }

    /** What one name of the grammar makes. */
    Document draw(String name, RandomGenerator random) {
        var draft = new Draft(random);
        draft.expand(name);
        return new Document(
                draft.text.toString(),
                draft.logProbability,
                draft.echoes,
                List.copyOf(draft.derivation));
    }

    /** A document while it is written. */
    private final class Draft {
        private final RandomGenerator random;
        private final StringBuilder text = new StringBuilder();
        private final BitSet echoes = new BitSet();
        private final List<String> derivation = new ArrayList<>();
        private Bindings bindings = new Bindings(grammar);
        private boolean isAtStart = true;
        private double logProbability;

        Draft(RandomGenerator random) {
            this.random = random;
        }

        void expand(String name) {
            var rules = grammar.rules().get(name);
            if (rules == null) {
                say(
                        choose(
                                Objects.requireNonNull(grammar.sentences().get(name), name),
                                Template::weight));
            } else {
                choose(rules, Rule::weight).symbols().forEach(this::expand);
            }
        }

        private void expand(Symbol symbol) {
            switch (symbol) {
                case Symbol.Name(var name) -> expand(name);
                case Symbol.Paragraph() -> mark("/", "\n\n");
                case Symbol.Special(var token) -> {
                    if (token.equals(Vocabulary.USER)) {
                        bindings = new Bindings(grammar);
                    }
                    mark(token, token);
                }
            }
        }

        private void mark(String leaf, String written) {
            derivation.add(leaf);
            text.append(written);
            isAtStart = true;
        }

        private void say(Template template) {
            derivation.add(Integer.toString(template.id()));
            List<String> free = new ArrayList<>();
            boolean isFirst = true;
            for (var part : template.parts()) {
                var isEcho = !isFirst && isEcho(part);
                text.append(part.spaced() || (isFirst && !isAtStart) ? " " : "");
                var start = text.length();
                text.append(word(part, free));
                echoes.set(start, text.length(), isEcho);
                isFirst = false;
            }
            isAtStart = false;
        }

        private boolean isEcho(Part part) {
            return switch (part) {
                case Part.Use _, Part.Pronoun _ -> true;
                case Part.Bind(var variable, var wordClass, _) ->
                        bindings.value(variable).isPresent() || mustDiffer(wordClass);
                case Part.Rebind(_, var wordClass, _) -> mustDiffer(wordClass);
                case Part.Literal _, Part.Any _ -> false;
            };
        }

        private boolean mustDiffer(String wordClass) {
            return bindings.taken(wordClass).stream().anyMatch(grammar.words(wordClass)::contains);
        }

        private String word(Part part, List<String> free) {
            return switch (part) {
                case Part.Literal(var literal, _) -> literal;
                case Part.Use(var variable, _) -> bindings.value(variable).orElseThrow();
                case Part.Pronoun(var variable, var form, _) ->
                        bindings.pronoun(variable, form).orElseThrow();
                case Part.Bind(var variable, var wordClass, _) ->
                        bindings.value(variable).orElseGet(() -> bind(variable, wordClass));
                case Part.Rebind(var variable, var wordClass, _) -> bind(variable, wordClass);
                case Part.Any(var wordClass, _) -> {
                    var word = drawWord(wordClass, free);
                    free.add(word);
                    yield word;
                }
            };
        }

        private String bind(String variable, String wordClass) {
            var word = drawWord(wordClass, List.of());
            bindings.bind(variable, wordClass, word);
            return word;
        }

        /**
         * Any word of the class but the free ones and those that a distinct class has given away.
         */
        private String drawWord(String wordClass, List<String> free) {
            var words = grammar.words(wordClass);
            var taken =
                    Stream.concat(bindings.taken(wordClass).stream(), free.stream())
                            .mapToInt(words::indexOf)
                            .filter(index -> index >= 0)
                            .distinct()
                            .sorted()
                            .toArray();
            var index = random.nextInt(words.size() - taken.length);
            logProbability -= Math.log(words.size() - taken.length);
            for (var skipped : taken) {
                index += skipped <= index ? 1 : 0;
            }
            return words.get(index);
        }

        private <T> T choose(List<T> choices, ToIntFunction<T> weight) {
            var total = choices.stream().mapToInt(weight).sum();
            var left = random.nextInt(total);
            for (var choice : choices) {
                left -= weight.applyAsInt(choice);
                if (left < 0) {
                    logProbability += Math.log((double) weight.applyAsInt(choice) / total);
                    return choice;
                }
            }
            throw new IllegalStateException("weights must add up to " + total);
        }
    }
}
