package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;

class StoryCheckerTest {
    private static final String STORY =
            "Once upon a time there was a brave fox named Pip. Pip lived in a cozy den near the"
                + " river. His best friend was Lily, a shy bear.\n\n"
                + "Pip had a red kite that he loved very much. One morning the red kite was gone"
                + " from the den near the river. \"Oh no! Where is my red kite?\" cried Pip.\n\n"
                + "They walked to the hill. There they met a quiet mole named Amos. \"My gate is"
                + " broken,\" said Amos. \"Can you help me?\" It took them two hours, but then the"
                + " gate was ready. Amos waved slowly when they left.";

    private final StoryChecker checker = new StoryChecker(Grammar.stories());

    @Test
    void what_the_grammar_tells_is_known_and_consistent_and_read_as_it_was_made() {
        var grammar = new StoryGrammar();
        for (long seed = 0; seed < 300; seed++) {
            var document = grammar.draw(new SplittableRandom(seed));

            var verdict = checker.check(document.text());

            assertThat(verdict.derivation()).as(document.text()).isEqualTo(document.derivation());
            assertThat(verdict.known()).isEqualTo(verdict.sentences());
            assertThat(verdict.contradictions()).isZero();
        }
    }

    @Test
    void a_good_story_by_hand_is_consistent() {
        var verdict = checker.check(STORY);

        assertThat(verdict.isConsistent()).isTrue();
        assertThat(verdict.known()).isEqualTo(verdict.sentences()).isEqualTo(14);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pip lived in | Tom lived in", // another hero
                "One morning the red kite | One morning the blue kite", // the toy changes its
                // colour
                "Where is my red kite | Where is my red ball", // or becomes another
                "from the den near the river | from the den near the lake", // a home that moves
                "that he loved | that she loved", // the pronoun is not the name's
                "but then the gate was | but then the door was", // what is repaired is not what
                // broke
                "Amos waved slowly | Lily waved slowly", // someone else says goodbye
                "was Lily, a shy bear | was Pip, a shy bear", // two of one name
            })
    void a_planted_contradiction_is_found(String right, String wrong) {
        var verdict = checker.check(STORY.replace(right, wrong));

        assertThat(STORY).contains(right);
        assertThat(verdict.contradictions()).isEqualTo(1);
        assertThat(verdict.known()).isEqualTo(verdict.sentences());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "They walked to the hill. | They walked the to hill.",
                "They walked to the hill. | They walked to the Pip.",
                "They walked to the hill. | Colorless green ideas sleep furiously.",
                "There they met a quiet mole named Amos. | There they met a quiet mole quiet mole"
                        + " named Amos.",
            })
    void a_sentence_that_is_none_is_counted_and_the_rest_is_read_on(String right, String wrong) {
        var verdict = checker.check(STORY.replace(right, wrong));

        assertThat(verdict.sentences()).isEqualTo(14);
        assertThat(verdict.known()).isLessThan(14).isGreaterThan(9);
        assertThat(verdict.derivation()).contains("?");
    }

    @Test
    void a_sentence_cut_off_at_the_end_is_ignored_wherever_it_is_cut() {
        for (int end = 1; end < STORY.length(); end++) {
            var verdict = checker.check(STORY.substring(0, end));

            assertThat(verdict.known()).as(STORY.substring(0, end)).isEqualTo(verdict.sentences());
            assertThat(verdict.isConsistent()).isTrue();
        }
    }

    @Test
    void two_may_be_of_one_kind() {
        assertThat(checker.check(STORY.replace("a shy bear", "a shy fox")).isConsistent()).isTrue();
    }

    @Test
    void a_story_has_to_obey_its_instruction() {
        var asked = "<|user|>Tell a story about a fox named Pip.<|end|><|assistant|>";

        assertThat(checker.check(asked + STORY).isConsistent()).isTrue();
        assertThat(checker.check(asked.replace("Pip", "Max") + STORY).isConsistent()).isFalse();
        assertThat(checker.check(asked.replace("fox", "wolf") + STORY).isConsistent()).isFalse();
    }
}
