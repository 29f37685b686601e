package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.stories.Template.Part;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.stream.Stream;

/** The words of the grammar as a vocabulary, without those that are spelled. */
final class StoryVocabulary {
    private StoryVocabulary() {}

    static Vocabulary stories() {
        return of(Grammar.stories());
    }

    static Vocabulary of(Grammar grammar) {
        return new Vocabulary(words(grammar));
    }

    private static Stream<String> words(Grammar grammar) {
        var literals =
                grammar.templates().stream()
                        .flatMap(template -> template.parts().stream())
                        .flatMap(StoryVocabulary::fixed);
        var classes =
                grammar.classes().entrySet().stream()
                        .filter(entry -> !grammar.isSpelled(entry.getKey()))
                        .flatMap(entry -> entry.getValue().stream());
        return Stream.concat(literals, classes);
    }

    private static Stream<String> fixed(Part part) {
        return switch (part) {
            case Part.Literal(var text, _) -> Stream.of(text);
            case Part.Pronoun(_, var form, _) -> form.words().stream();
            case Part.Bind _, Part.Rebind _, Part.Any _, Part.Use _ -> Stream.of();
        };
    }
}
