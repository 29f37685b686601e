package dev.millrace.workers.train.chronicle.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Texts are read here as a person would, by their words. */
class ChronicleTest {
    private static final Chronicle CHRONICLE = new Chronicle();
    private static final Pattern CODE =
            Pattern.compile("The (?:new )?pass code of (\\w+ \\w+) is (\\d{3})\\.");
    private static final Pattern HOME = Pattern.compile("(\\w+ \\w+) lives with (\\w+ \\w+)\\.");
    private static final Pattern QUESTION =
            Pattern.compile(
                    "What (?:is|are) the pass codes? of (?:the one that )?(\\w+ \\w+)"
                            + "(?: and (\\w+ \\w+)| lives with)?\\?[^?]*$");

    @Test
    void the_vocabulary_is_small() {
        assertThat(CHRONICLE.vocabulary().size()).isBetween(1000, 1500);
    }

    @Test
    void the_same_seed_gives_the_same_row_and_another_seed_another_one() {
        var row = CHRONICLE.row(Split.TRAIN, 5, 300);

        assertThat(row.ids())
                .hasSize(301)
                .isEqualTo(new Chronicle().row(Split.TRAIN, 5, 300).ids())
                .isNotEqualTo(CHRONICLE.row(Split.TRAIN, 6, 300).ids())
                .isNotEqualTo(CHRONICLE.row(Split.DEV, 5, 300).ids());
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256, 2048})
    void answers_are_true_and_what_they_tell_is_marked(int length) {
        var asked = 0;
        for (var seed = 0; seed < 200; seed++) {
            var row = CHRONICLE.row(Split.TRAIN, seed, length);
            for (var answer : row.answers()) {
                asked++;
                var before = text(row.ids(), 0, answer.span().start());
                var said = text(row.ids(), answer.span().start(), answer.span().end());
                assertThat(said).startsWith(expected(before, answer.kind(), said));
                assertThat(told(row, answer.span())).isEqualTo(whatIsTold(said));
            }
        }
        assertThat(asked).isGreaterThan(10);
    }

    private static String expected(String before, Question.Kind kind, String said) {
        var question = QUESTION.matcher(before);
        assertThat(question.find()).as(before).isTrue();
        var key = question.group(1);
        var answer =
                switch (kind) {
                    case SINGLE, OVERWRITTEN -> code(before, key);
                    case SEVERAL ->
                            code(before, key)
                                    + " "
                                    + code(before, Objects.requireNonNull(question.group(2)));
                    case TWO_HOP -> {
                        var home = last(HOME, before, key);
                        yield key + " lives with " + home + ". " + code(before, home);
                    }
                };
        return said.startsWith(" ") ? " " + answer : answer;
    }

    private static String code(String text, String key) {
        return "The pass code of " + key + " is " + last(CODE, text, key) + ".";
    }

    private static String last(Pattern pattern, String text, String key) {
        return pattern.matcher(text)
                .results()
                .filter(match -> match.group(1).equals(key))
                .reduce((_, later) -> later)
                .orElseThrow()
                .group(2);
    }

    private static String told(Row row, Span span) {
        var marked = new StringBuilder();
        for (var i = span.start(); i < span.end(); i++) {
            marked.append(row.told().get(i) ? text(row.ids(), i, i + 1) : "");
        }
        return marked.toString().replace(" ", "");
    }

    private static String whatIsTold(String said) {
        return Pattern.compile("is (\\d+)\\.|with (\\w+ \\w+)\\.")
                .matcher(said)
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .reduce("", String::concat)
                .replace(" ", "");
    }

    @Test
    void every_kind_of_question_is_asked_near_and_far() {
        Map<Question.Kind, List<Integer>> distances = new HashMap<>();
        for (var seed = 0; seed < 20; seed++) {
            for (var answer : CHRONICLE.row(Split.TRAIN, seed, 4096).answers()) {
                distances
                        .computeIfAbsent(answer.kind(), _ -> new ArrayList<>())
                        .add(answer.distance());
            }
        }

        assertThat(distances).containsOnlyKeys(Question.Kind.values());
        assertThat(distances.values())
                .allSatisfy(kind -> {
                    assertThat(kind).anyMatch(distance -> distance < 200);
                    assertThat(kind).anyMatch(distance -> distance > 1000);
                });
    }

    /** What a reader of English would say, given the words before and after a full stop. */
    @Test
    void boundaries_are_where_sentences_end() {
        var abbreviations = Set.of("Dr", "Mr", "Mrs", "No", "e", "g", "etc", "A", "B", "C");
        var inside = 0;
        var stops = 0;
        for (var seed = 0; seed < 40; seed++) {
            var row = CHRONICLE.row(Split.TRAIN, seed, 1000);
            var tokens =
                    IntStream.of(row.ids())
                            .mapToObj(id -> CHRONICLE.vocabulary().decode(List.of(id)))
                            .toList();
            for (var i = 1; i + 1 < tokens.size(); i++) {
                var isDecimal =
                        tokens.get(i - 1).matches(" ?\\d") && tokens.get(i + 1).matches("\\d");
                var isAbbreviation = abbreviations.contains(tokens.get(i - 1).strip());
                var goesOn = tokens.get(i + 1).matches(" (?:for|and)");
                var isEnd =
                        switch (tokens.get(i)) {
                            case "." -> !isDecimal && !isAbbreviation;
                            case "?", "!" -> true;
                            case "...", " ...", ".\"" -> !goesOn;
                            default -> false;
                        };
                assertThat(row.boundaries().get(i))
                        .as(String.join("", tokens.subList(Math.max(0, i - 12), i + 2)))
                        .isEqualTo(isEnd);
                if (tokens.get(i).equals(".")) {
                    stops++;
                    inside += isEnd ? 0 : 1;
                }
            }
        }
        assertThat((double) inside / stops).isBetween(0.08, 0.15);
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void no_pass_code_of_one_split_is_said_in_another(Split split) {
        var own = codes(split);
        for (var other : Split.values()) {
            if (other != split) {
                assertThat(own).doesNotContainAnyElementsOf(codes(other));
            }
        }
        assertThat(own).hasSizeGreaterThan(1000);
    }

    private static Set<String> codes(Split split) {
        Set<String> codes = new HashSet<>();
        for (var seed = 0; seed < 8; seed++) {
            var ids = CHRONICLE.longDocument(split, seed, 20_000, 200).ids();
            CODE.matcher(text(ids, 0, ids.length))
                    .results()
                    .forEach(match -> codes.add(match.group(1) + match.group(2)));
        }
        return codes;
    }

    @Test
    void a_long_document_has_needles_at_all_depths_and_they_are_where_it_says() {
        var document = CHRONICLE.longDocument(3, 30_000, 100);

        assertThat(document.ids().length).isBetween(29_960, 30_000);
        assertThat(document.needles()).hasSize(100);
        var text = text(document.ids(), 0, document.ids().length);
        assertThat(text).doesNotContain("?\n\nQuestion:", "Answer:");
        for (var i = 0; i < 100; i++) {
            var needle = document.needles().get(i);
            assertThat(document.depth(needle)).isBetween(i / 100.0 - 0.01, (i + 1) / 100.0 + 0.01);
            var exchange = CHRONICLE.exchange(needle.question(), Form.PLAIN);
            var said = text(exchange.answer(), 0, exchange.answer().length);
            var asked = text(exchange.prompt(), 0, exchange.prompt().length);
            assertThat(said).isEqualTo(expected(text + asked, needle.question().kind(), said));
            var evidence = needle.evidence().getLast();
            assertThat(said)
                    .endsWith(
                            text(document.ids(), evidence.start(), evidence.end())
                                    .strip()
                                    .replace("new ", ""));
        }
    }

    @Test
    void a_chat_ends_the_users_message_before_the_answer_and_the_answer_too() {
        var question =
                new Question(
                        Question.Kind.SINGLE,
                        List.of(0),
                        List.of(new Statement.PassCode(0, 7, false)));

        var exchange = CHRONICLE.exchange(question, Form.CHAT);

        assertThat(text(CHRONICLE.opening(Form.CHAT), 0, 2)).isEqualTo("<|begin|><|user|>");
        assertThat(text(exchange.prompt(), 0, exchange.prompt().length))
                .isEqualTo(
                        "\n\nQuestion: What is the pass code of Amber Acorn?<|end|><|assistant|>");
        assertThat(text(exchange.answer(), 0, exchange.answer().length))
                .isEqualTo("The pass code of Amber Acorn is 007.<|end|>");
    }

    @Test
    void too_many_needles_are_refused() {
        assertThatThrownBy(() -> CHRONICLE.longDocument(1, 500, 60))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("60 needles do not fit into 500 tokens");
    }

    private static String text(int[] ids, int start, int end) {
        return CHRONICLE
                .vocabulary()
                .decode(IntStream.range(start, end).mapToObj(i -> ids[i]).toList());
    }
}
