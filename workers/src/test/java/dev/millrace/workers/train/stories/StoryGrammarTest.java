package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.train.Seeds;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class StoryGrammarTest {
    private final StoryGrammar grammar = new StoryGrammar();

    /** Small enough to draw every text that it can make. */
    private static final String SMALL =
            """
            words name: Pip Tom Mia Ben
            words girl: Mia
            words kind: fox bear
            distinct name
            rule document *2: who does
            rule document *1: who does / does
            say who *3: {x=name} the {k=kind}
            say who *1: A {=kind} and {x=name}
            say does *1: {x.He} ran.
            say does *2: {x} met {y:=name}.
            """;

    @Test
    void the_probabilities_of_all_texts_add_up_to_one() {
        var small = new StoryGrammar(GrammarReader.read(SMALL));
        var texts = new HashMap<String, Double>();

        documents(small, 20_000)
                .forEach(document -> texts.put(document.text(), document.logProbability()));

        assertThat(texts.values().stream().mapToDouble(Math::exp).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void a_text_comes_as_often_as_its_probability_says() {
        var small = new StoryGrammar(GrammarReader.read(SMALL));
        var text = "Pip the fox He ran.";
        double expected = 2 / 3.0 * 3 / 4.0 / 4 / 2 / 3;

        long count =
                documents(small, 20_000).filter(document -> document.text().equals(text)).count();

        assertThat(count / 20_000.0).isCloseTo(expected, within(0.005));
        assertThat(
                        documents(small, 1000)
                                .filter(document -> document.text().equals(text))
                                .findFirst()
                                .orElseThrow()
                                .logProbability())
                .isCloseTo(Math.log(expected), within(1e-12));
    }

    @Test
    void every_document_has_one_derivation_only() {
        documents(grammar, 300)
                .forEach(document ->
                        assertThat(
                                        new Derivations(Grammar.stories(), document.derivation())
                                                .count())
                                .as(document.text())
                                .isEqualTo(1));
    }

    @Test
    void it_can_say_more_than_a_million_different_sentences() {
        double sentences =
                Grammar.stories().templates().stream().mapToDouble(StoryGrammarTest::ways).sum();

        assertThat(sentences).isGreaterThan(1e6);
    }

    /**
     * Ways to fill the slots; names that are spelled out and clashes of names are left out of
     * account.
     */
    private static double ways(Template template) {
        return template.parts().stream()
                .mapToDouble(StoryGrammarTest::ways)
                .reduce(1, (a, b) -> a * b);
    }

    private static double ways(Template.Part part) {
        return switch (part) {
            case Template.Part.Any(var wordClass, _) -> words(wordClass);
            case Template.Part.Bind(_, var wordClass, _) -> words(wordClass);
            case Template.Part.Rebind(_, var wordClass, _) -> words(wordClass);
            case Template.Part.Literal _, Template.Part.Use _, Template.Part.Pronoun _ -> 1;
        };
    }

    private static double words(String wordClass) {
        return Grammar.stories().isSpelled(wordClass)
                ? 1
                : Grammar.stories().words(wordClass).size();
    }

    @Test
    void stories_are_of_mixed_length_and_some_are_long() {
        var vocabulary = StoryVocabulary.stories();
        var lengths =
                LongStream.range(0, 1000)
                        .mapToObj(i -> grammar.draw("free", new SplittableRandom(i)))
                        .mapToInt(document -> vocabulary.encode(document.text()).size())
                        .sorted()
                        .toArray();

        assertThat(lengths[500]).isBetween(200, 300);
        assertThat(lengths[100]).isLessThan(200);
        assertThat(lengths[985]).isGreaterThan(600);
    }

    @Test
    void an_article_a_never_stands_before_a_vowel_unless_for_a_unicorn() {
        assertThat(documents(grammar, 1000).map(Document::text))
                .noneMatch(text -> text.matches("(?s).*\\b[Aa] [aeio].*"));
    }

    @Test
    void the_same_seed_tells_the_same_story() {
        assertThat(grammar.draw(new SplittableRandom(5)))
                .isEqualTo(grammar.draw(new SplittableRandom(5)));
        assertThat(List.of(grammar.draw(new SplittableRandom(5))))
                .doesNotContain(grammar.draw(new SplittableRandom(6)));
    }

    private static Stream<Document> documents(StoryGrammar grammar, int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> grammar.draw(new SplittableRandom(Seeds.mix(9, i))));
    }
}
