package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.stories.Template.Part;
import dev.millrace.workers.train.tokens.Pieces;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a story as the grammar would: which of its sentences the grammar knows, and whether names,
 * kinds, objects and pronouns stay what they were said to be.
 *
 * <p>A sentence that is cut off at the end of the text is ignored.
 */
final class StoryChecker {
    private static final Pattern UNIT =
            Pattern.compile("<\\|\\w+\\|>|(?:(?!<\\|\\w+\\|>).)+", Pattern.DOTALL);
    private static final Pattern SENTENCE_END = Pattern.compile(".*[.!?].*", Pattern.DOTALL);

    private final Grammar grammar;
    private final List<Template> templates;
    private final Map<String, Set<String>> words = new LinkedHashMap<>();
    private final Map<String, String> classOfVariable = new LinkedHashMap<>();

    StoryChecker(Grammar grammar) {
        this.grammar = grammar;
        this.templates = grammar.templates();
        grammar.classes().forEach((name, list) -> words.put(name, Set.copyOf(list)));
        for (var template : templates) {
            for (var part : template.parts()) {
                switch (part) {
                    case Part.Bind(var variable, var wordClass, _) ->
                            classOfVariable.putIfAbsent(variable, wordClass);
                    case Part.Rebind(var variable, var wordClass, _) ->
                            classOfVariable.putIfAbsent(variable, wordClass);
                    case Part.Literal _, Part.Any _, Part.Use _, Part.Pronoun _ -> {}
                }
            }
        }
    }

    /**
     * What was found in a text.
     *
     * @param sentences all that are complete
     * @param known those that the grammar can say
     * @param contradictions names, kinds, objects and pronouns in known sentences that are not what
     *     they were before
     * @param derivation as in {@link Document}, with "?" for each unknown sentence
     */
    record Verdict(int sentences, int known, int contradictions, List<String> derivation) {
        boolean isConsistent() {
            return contradictions == 0;
        }
    }

    Verdict check(String text) {
        var reading = new Reading();
        UNIT.matcher(text).results().forEach(unit -> reading.read(unit.group()));
        return new Verdict(
                reading.sentences,
                reading.known,
                reading.contradictions,
                List.copyOf(reading.derivation));
    }

    /** A template that fits the pieces from some position on. */
    private record Match(Template template, int length, int contradictions, Bindings after) {}

    private final class Reading {
        private final List<String> derivation = new ArrayList<>();
        private Bindings bindings = new Bindings(grammar);
        private int sentences;
        private int known;
        private int contradictions;

        void read(String unit) {
            if (!unit.startsWith("<|")) {
                readSentences(Pieces.of(unit.stripTrailing()));
                return;
            }
            derivation.add(unit);
            if (unit.equals(Vocabulary.USER)) {
                bindings = new Bindings(grammar);
            }
        }

        private void readSentences(List<String> pieces) {
            var position = 0;
            while (position < pieces.size()) {
                if (pieces.get(position).isBlank()) {
                    derivation.add("/");
                    position++;
                } else {
                    position += readOne(pieces.subList(position, pieces.size()));
                }
            }
        }

        /**
         * Reads what one template says, or one unknown sentence; returns how many pieces that were.
         */
        private int readOne(List<String> pieces) {
            var best =
                    templates.stream()
                            .flatMap(template -> match(template, pieces).stream())
                            .max(
                                    Comparator.comparingInt(Match::length)
                                            .thenComparingInt(match -> -match.contradictions()));
            if (best.isPresent()) {
                accept(best.get(), pieces);
                return best.get().length();
            }
            var end = sentenceEnd(pieces);
            if (end < 0 || isCutOff(pieces)) {
                return pieces.size();
            }
            sentences++;
            derivation.add("?");
            return end + 1;
        }

        private void accept(Match match, List<String> pieces) {
            bindings = match.after();
            contradictions += match.contradictions();
            derivation.add(Integer.toString(match.template().id()));
            var ends =
                    pieces.subList(0, match.length()).stream()
                            .filter(StoryChecker::endsSentence)
                            .count();
            sentences += Math.max(1, (int) ends);
            known += Math.max(1, (int) ends);
        }

        /**
         * Whether the text ends within what a template says; of the last word not all may be there.
         */
        private boolean isCutOff(List<String> pieces) {
            var whole = pieces.subList(0, pieces.size() - 1);
            return templates.stream()
                    .map(Template::parts)
                    .filter(parts -> parts.size() >= pieces.size())
                    .anyMatch(parts -> fit(parts.subList(0, whole.size()), whole).isPresent());
        }

        private Optional<Match> match(Template template, List<String> pieces) {
            var length = template.parts().size();
            return length > pieces.size()
                    ? Optional.empty()
                    : fit(template.parts(), pieces)
                            .map(fit ->
                                    new Match(template, length, fit.contradictions, fit.bindings));
        }

        private Optional<Fit> fit(List<Part> parts, List<String> pieces) {
            var fit = new Fit(bindings.copy());
            for (var i = 0; i < parts.size(); i++) {
                if (!fit.takes(parts.get(i), pieces.get(i).strip())) {
                    return Optional.empty();
                }
            }
            return Optional.of(fit);
        }
    }

    /** One attempt to read pieces as parts of a template. */
    private final class Fit {
        private final Bindings bindings;
        private int contradictions;

        Fit(Bindings bindings) {
            this.bindings = bindings;
        }

        boolean takes(Part part, String word) {
            return switch (part) {
                case Part.Literal(var text, _) -> text.equals(word);
                case Part.Any(var wordClass, _) -> isOf(wordClass, word);
                case Part.Use(var variable, _) -> takesValue(variable, word);
                case Part.Pronoun(var variable, var form, _) ->
                        form.words().contains(word)
                                && noted(
                                        bindings.pronoun(variable, form).equals(Optional.of(word)));
                case Part.Rebind(var variable, var wordClass, _) ->
                        takesNew(variable, wordClass, word);
                case Part.Bind(var variable, var wordClass, _) ->
                        bindings.value(variable).isPresent()
                                ? takesValue(variable, word)
                                : takesNew(variable, wordClass, word);
            };
        }

        private boolean takesValue(String variable, String word) {
            var isSame = bindings.value(variable).equals(Optional.of(word));
            return (isSame || couldBe(classOf(variable), word)) && noted(isSame);
        }

        /** Whether it is a word of the class, or of one that is distinct from it. */
        private boolean couldBe(String wordClass, String word) {
            return isOf(wordClass, word)
                    || grammar.distinctFrom(wordClass).stream()
                            .anyMatch(other -> isOf(other, word));
        }

        private boolean takesNew(String variable, String wordClass, String word) {
            var isTaken = bindings.taken(wordClass).contains(word);
            if (!isTaken && !isOf(wordClass, word)) {
                return false;
            }
            bindings.bind(variable, wordClass, word);
            return noted(!isTaken);
        }

        private boolean noted(boolean isConsistent) {
            contradictions += isConsistent ? 0 : 1;
            return true;
        }
    }

    private String classOf(String variable) {
        return Objects.requireNonNull(classOfVariable.get(variable), variable);
    }

    private boolean isOf(String wordClass, String word) {
        return words.getOrDefault(wordClass, Set.of()).contains(word);
    }

    private static int sentenceEnd(List<String> pieces) {
        for (var i = 0; i < pieces.size(); i++) {
            if (endsSentence(pieces.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean endsSentence(String piece) {
        return SENTENCE_END.matcher(piece).matches();
    }
}
